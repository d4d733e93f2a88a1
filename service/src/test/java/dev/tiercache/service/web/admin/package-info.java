/** Tests of the admin API. */
@NullMarked
package dev.tiercache.service.web.admin;

import org.jspecify.annotations.NullMarked;
