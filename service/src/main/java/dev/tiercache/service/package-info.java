/** The report API that reads through an in-process L1 and a Redis L2. */
@NullMarked
package dev.tiercache.service;

import org.jspecify.annotations.NullMarked;
