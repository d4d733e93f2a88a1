package dev.tiercache.service.analytics;

import dev.tiercache.service.analytics.Samples.Pairs;

/** The figures around the risk panel: what a portfolio earned, and for which risk. */
public final class PerformanceMetrics {

    /** The most {@link #annualReturn} says, as a fraction: a few wild days compounded over a year have no bound. */
    public static final double RETURN_CAP = 1e6;

    private PerformanceMetrics() {}

    /**
     * Total return: all days compounded.
     *
     * @param returns daily simple returns
     * @return fraction, -1 to {@link #RETURN_CAP}; 0 where there is no return
     */
    public static double totalReturn(double[] returns) {
        double[] valid = Samples.returns(returns);
        return compounded(valid, valid.length);
    }

    /**
     * Compound annual return: the geometric mean over 252 days.
     *
     * @param returns daily simple returns
     * @return fraction a year, -1 to {@link #RETURN_CAP}; 0 where there is no return
     */
    public static double annualReturn(double[] returns) {
        return compounded(Samples.returns(returns), Samples.DAYS_A_YEAR);
    }

    private static double compounded(double[] returns, double days) {
        return returns.length == 0 ? 0 : Math.min(StrictMath.expm1(Samples.meanLog(returns) * days), RETURN_CAP);
    }

    /**
     * Volatility: the standard deviation (n - 1) of the days, times the root of 252.
     *
     * @param returns daily simple returns
     * @return fraction a year, never negative; 0 below two days
     */
    public static double volatility(double[] returns) {
        return Samples.sampleDeviation(Samples.returns(returns)) * Math.sqrt(Samples.DAYS_A_YEAR);
    }

    /**
     * Sharpe ratio: the mean return above risk-free (4 % a year) over the standard deviation (n - 1), annualised.
     *
     * <p>Source: Sharpe, The Sharpe Ratio (1994).
     *
     * @param returns daily simple returns
     * @return ratio; 0 where the returns do not move
     */
    public static double sharpe(double[] returns) {
        double[] valid = Samples.returns(returns);
        return annualRatio(Samples.mean(valid) - Samples.RISK_FREE_A_DAY, Samples.sampleDeviation(valid));
    }

    /**
     * Sortino ratio: the mean return above risk-free over the target downside deviation, annualised. That deviation is
     * the root of the mean, over all n days, of the squared shortfall below the target, which is risk-free, too.
     *
     * <p>Source: Sortino and Price, Performance Measurement in a Downside Risk Framework (1994).
     *
     * @param returns daily simple returns
     * @return ratio; 0 where no day falls short of the target
     */
    public static double sortino(double[] returns) {
        double[] valid = Samples.returns(returns);
        double squares = 0;
        for (double r : valid) {
            double shortfall = Math.min(r - Samples.RISK_FREE_A_DAY, 0);
            squares += shortfall * shortfall;
        }
        double deviation = valid.length == 0 ? 0 : Samples.root(squares / valid.length);
        return annualRatio(Samples.mean(valid) - Samples.RISK_FREE_A_DAY, deviation);
    }

    /**
     * Beta: the covariance with the benchmark over the benchmark's variance.
     *
     * <p>Source: Sharpe, Capital Asset Prices (1964).
     *
     * @param returns daily simple returns
     * @param benchmark those of the benchmark on the same days
     * @return slope; 0 where the benchmark does not move
     */
    public static double beta(double[] returns, double[] benchmark) {
        return beta(Samples.pairs(returns, benchmark));
    }

    private static double beta(Pairs pairs) {
        double deviation = Samples.populationDeviation(pairs.second());
        return deviation == 0 ? 0 : Samples.covariance(pairs) / (deviation * deviation);
    }

    /**
     * Jensen's alpha: the mean return above risk-free less beta times that of the benchmark, times 252.
     *
     * <p>Source: Jensen, The Performance of Mutual Funds in the Period 1945-1964 (1968).
     *
     * @param returns daily simple returns
     * @param benchmark those of the benchmark on the same days
     * @return fraction a year; 0 below two days
     */
    public static double alpha(double[] returns, double[] benchmark) {
        Pairs pairs = Samples.pairs(returns, benchmark);
        if (pairs.size() < 2) {
            return 0;
        }
        double excess = Samples.mean(pairs.first()) - Samples.RISK_FREE_A_DAY;
        double benchmarkExcess = Samples.mean(pairs.second()) - Samples.RISK_FREE_A_DAY;
        return (excess - beta(pairs) * benchmarkExcess) * Samples.DAYS_A_YEAR;
    }

    /**
     * R squared: the share of the variance that the benchmark explains, the squared correlation.
     *
     * @param returns daily simple returns
     * @param benchmark those of the benchmark on the same days
     * @return 0 to 1; 0 where either does not move
     */
    public static double rSquared(double[] returns, double[] benchmark) {
        Pairs pairs = Samples.pairs(returns, benchmark);
        double deviations = Samples.populationDeviation(pairs.first()) * Samples.populationDeviation(pairs.second());
        if (deviations == 0) {
            return 0;
        }
        double correlation = Samples.clip(Samples.covariance(pairs) / deviations);
        return correlation * correlation;
    }

    /**
     * Calmar ratio: the compound annual return over the depth of the maximum drawdown.
     *
     * <p>Source: Young, Calmar Ratio: A Smoother Tool (1991).
     *
     * @param returns daily simple returns
     * @return ratio; 0 where there is no drawdown
     */
    public static double calmar(double[] returns) {
        double depth = -RiskMetrics.maxDrawdown(returns) / 100;
        return depth < Samples.ZERO_DEVIATION ? 0 : annualReturn(returns) / depth;
    }

    /**
     * Information ratio: the mean return above the benchmark over its standard deviation (n - 1), annualised.
     *
     * <p>Source: Goodwin, The Information Ratio (1998).
     *
     * @param returns daily simple returns
     * @param benchmark those of the benchmark on the same days
     * @return ratio; 0 where the difference does not move
     */
    public static double informationRatio(double[] returns, double[] benchmark) {
        Pairs pairs = Samples.pairs(returns, benchmark);
        double[] active = new double[pairs.size()];
        for (int i = 0; i < active.length; i++) {
            active[i] = pairs.first()[i] - pairs.second()[i];
        }
        return annualRatio(Samples.mean(active), Samples.sampleDeviation(active));
    }

    private static double annualRatio(double mean, double deviation) {
        return deviation == 0 ? 0 : mean / deviation * Math.sqrt(Samples.DAYS_A_YEAR);
    }
}
