@NullMarked
package dev.tiercache.e2e.client;

import org.jspecify.annotations.NullMarked;
