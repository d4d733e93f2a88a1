package dev.tiercache.service.market.demo;

/**
 * Noise that is a function of its name and of the day: the same on every machine, in every order of asking. Only integer
 * arithmetic, sums and products are used, which Java defines to the bit.
 */
final class Noise {

    private static final double UNIT = 0x1.0p-53;
    private static final double QUARTER_UNIT = 0x1.0p-16;
    private static final double ROOT_OF_THREE = 1.7320508075688772;

    private final long seed;

    /** Noise of its own for each {@code name} (FNV-1a). */
    Noise(String name) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        seed = hash;
    }

    /** Uniform in 0..1 (1 excluded). */
    double uniform(long day) {
        return (bits(day) >>> 11) * UNIT;
    }

    /** Bell-shaped, mean 0, deviation 1, within -3.5..3.5: the sum of four uniform numbers of 16 bits each. */
    double bell(long day) {
        long bits = bits(day);
        double sum = 0;
        for (int shift = 0; shift < 64; shift += 16) {
            sum += ((bits >>> shift) & 0xffff) * QUARTER_UNIT;
        }
        return (sum - 2) * ROOT_OF_THREE;
    }

    /** SplitMix64's finalizer (Steele, Lea and Flood 2014) over seed and day. */
    private long bits(long day) {
        long z = seed + (day + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
