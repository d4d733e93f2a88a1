/** Leader election: who may write, and what happens to the process that no longer may. */
@NullMarked
package dev.tiercache.operator.leader;

import org.jspecify.annotations.NullMarked;
