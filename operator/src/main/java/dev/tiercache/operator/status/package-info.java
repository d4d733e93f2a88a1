/** From the observation and the outcome to conditions and events. */
@NullMarked
package dev.tiercache.operator.status;

import org.jspecify.annotations.NullMarked;
