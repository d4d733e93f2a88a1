/** The WebSocket with the Phase 4 signals of a user's portfolio. */
@NullMarked
package dev.tiercache.service.stream;

import org.jspecify.annotations.NullMarked;
