/** The investor report: what is asked for, and who computes it. The rest of the service reaches it only through {@link dev.tiercache.service.report.ReportSource}. */
@NullMarked
package dev.tiercache.service.report;

import org.jspecify.annotations.NullMarked;
