package dev.tiercache.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Clients with connections of their own that all ask for one path at the same instant. */
public final class Herd implements AutoCloseable {

    private final List<HttpConnection> clients = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Connects that many clients, to the ports in turns. */
    public Herd(int size, List<Integer> ports) throws IOException {
        for (int i = 0; i < size; i++) {
            clients.add(new HttpConnection(ports.get(i % ports.size())));
        }
    }

    /**
     * Lets all of them ask.
     *
     * @return how long each waited from that instant for its whole answer, ms
     * @throws IllegalStateException when an answer is not 200
     */
    public List<Double> ask(String path) {
        CountDownLatch ready = new CountDownLatch(clients.size());
        CountDownLatch go = new CountDownLatch(1);
        long[] start = new long[1];
        List<Future<Double>> waits = new ArrayList<>();
        for (HttpConnection client : clients) {
            Callable<Double> one = () -> {
                ready.countDown();
                go.await();
                int status = client.get(path);
                double millis = (System.nanoTime() - start[0]) / 1e6;
                if (status != 200) {
                    throw new IllegalStateException(path + " answers " + status);
                }
                return millis;
            };
            waits.add(threads.submit(one));
        }
        try {
            ready.await();
            start[0] = System.nanoTime();
            go.countDown();
            List<Double> millis = new ArrayList<>();
            for (Future<Double> wait : waits) {
                millis.add(wait.get());
            }
            return millis;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        clients.forEach(HttpConnection::close);
        threads.shutdownNow();
    }
}
