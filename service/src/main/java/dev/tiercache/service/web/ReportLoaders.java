package dev.tiercache.service.web;

import dev.tiercache.service.cache.Loader;
import dev.tiercache.service.errors.ErrorReports;
import dev.tiercache.service.report.ReportException;
import dev.tiercache.service.report.ReportRequest;
import dev.tiercache.service.report.ReportSource;
import io.micrometer.observation.Observation;
import java.util.function.Supplier;

/** Makes what the cache computes reports with: from the source, and for whoever has not had too many yet. */
final class ReportLoaders {

    private final ReportSource reports;
    private final ComputationLimits limits;
    private final ErrorReports errors;
    private final ReportObservations observations;

    ReportLoaders(
            ReportSource reports, ComputationLimits limits, ErrorReports errors, ReportObservations observations) {
        this.reports = reports;
        this.limits = limits;
        this.errors = errors;
        this.observations = observations;
    }

    Loader of(ReportRequest wanted) {
        return of(() -> wanted);
    }

    /** The same for a request that is put together only when it is needed. */
    Loader of(Supplier<ReportRequest> wanted) {
        Observation request = observations.current();
        return new Loader() {
            @Override
            public byte[] load() throws Exception {
                return observations.observed(request, () -> report(wanted.get()));
            }

            @Override
            public void admit() throws NotAdmittedException {
                long wait = limits.take(wanted.get().userId());
                if (wait > 0) {
                    throw new NotAdmittedException("the user's computations of this minute are used up", wait);
                }
            }
        };
    }

    /** There is no report on unknown symbols, and a source that does not answer may do so in a moment. */
    private byte[] report(ReportRequest wanted) throws ReportException, Loader.NoValueException {
        try {
            return reports.report(wanted);
        } catch (ReportException e) {
            if (e.kind() == ReportException.Kind.UNKNOWN_SYMBOLS) {
                throw new Loader.NoValueException(e);
            }
            errors.report(ErrorReports.Kind.COMPUTATION, "The source of market data does not answer", e);
            throw e;
        } catch (RuntimeException e) {
            errors.report(ErrorReports.Kind.COMPUTATION, "A report could not be computed", e);
            throw e;
        }
    }
}
