/** What the clients that run beside a cluster share: their command line, their control port, their output. */
@NullMarked
package dev.tiercache.e2e.cli;

import org.jspecify.annotations.NullMarked;
