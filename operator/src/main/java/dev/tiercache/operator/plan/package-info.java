/** From the wish and the observation to at most one next action, with its reason. Pure. */
@NullMarked
package dev.tiercache.operator.plan;

import org.jspecify.annotations.NullMarked;
