/** What all parts of the cache speak of: a value with its age, and the settings. */
@NullMarked
package dev.tiercache.service.cache.model;

import org.jspecify.annotations.NullMarked;
