package dev.tiercache.bench.jmh;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Where one thread is among the names: each goes through all of them, from a place of its own. */
@State(Scope.Thread)
public class Turn {

    private int next = (int) Thread.currentThread().threadId() * 37;

    /** The next name. */
    String of(String[] names) {
        next += 7;
        return names[next & (Bodies.COUNT - 1)];
    }

    /** The next names. */
    String[] of(String[] names, int count) {
        String[] some = new String[count];
        for (int i = 0; i < count; i++) {
            some[i] = of(names);
        }
        return some;
    }
}
