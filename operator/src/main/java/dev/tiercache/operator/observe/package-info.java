/** What is true now: pods, workloads and what Redis answers. The only place that asks. */
@NullMarked
package dev.tiercache.operator.observe;

import org.jspecify.annotations.NullMarked;
