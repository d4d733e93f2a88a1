/** The HTTP port of the operator: liveness, readiness and metrics. */
@NullMarked
package dev.tiercache.operator.health;

import org.jspecify.annotations.NullMarked;
