/** Tests of the service as a process of its own. */
@NullMarked
package dev.tiercache.service.process;

import org.jspecify.annotations.NullMarked;
