/** Carries out actions. The only place that changes Redis or a pod. */
@NullMarked
package dev.tiercache.operator.act;

import org.jspecify.annotations.NullMarked;
