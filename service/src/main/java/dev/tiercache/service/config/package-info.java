/** The settings of the service: from the environment at the start, and from a file while it runs. */
@NullMarked
package dev.tiercache.service.config;

import org.jspecify.annotations.NullMarked;
