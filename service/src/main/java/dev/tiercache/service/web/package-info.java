/** HTTP: parameters in, problem details or reports out, with the metadata and headers of each answer. */
@NullMarked
package dev.tiercache.service.web;

import org.jspecify.annotations.NullMarked;
