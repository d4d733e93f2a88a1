/** The admin API: a look into the cache, purges and the warm-up, on a port of its own and behind a token. */
@NullMarked
package dev.tiercache.service.web.admin;

import org.jspecify.annotations.NullMarked;
