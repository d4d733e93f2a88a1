/** What instances tell each other through Redis of the reports that are read often, so that a new one does not begin cold. */
@NullMarked
package dev.tiercache.service.warmup;

import org.jspecify.annotations.NullMarked;
