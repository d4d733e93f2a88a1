package dev.tiercache.service.faults;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.tiercache.service.process.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** One instance of the service, seen through its health, its metrics and its heap. */
final class Node implements AutoCloseable {

    private static final Pattern STATE = Pattern.compile("\"state\":\"(\\w+)\"");

    private final ServiceProcess process;

    private Node(ServiceProcess process) {
        this.process = process;
    }

    /** One that has just been started. */
    static Node of(ServiceProcess process) {
        return new Node(process);
    }

    int port() {
        return process.port();
    }

    void awaitReady() {
        process.awaitReady();
    }

    String health() {
        return process.get("/api/health").body();
    }

    boolean up() {
        return STATE.matcher(health())
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElse("")
                .equals("UP");
    }

    boolean degraded() {
        return health().contains("\"degraded\":true");
    }

    /** Reads of L2 that Redis answered. */
    double l2Answers() {
        return sum("ir_cache_gets_total", "layer=\"l2\",result=\"(hit|miss|unreadable)\"");
    }

    double l2Hits() {
        return sum("ir_cache_gets_total", "layer=\"l2\",result=\"hit\"");
    }

    double l2Unreadable() {
        return sum("ir_cache_gets_total", "layer=\"l2\",result=\"unreadable\"");
    }

    /** How often the link to Redis was lost. */
    double losses() {
        return sum("ir_l2_transitions_total", "to=\"open\"");
    }

    /** The sum of the series of a metric whose labels match an expression. */
    private double sum(String metric, String labels) {
        // The filter goes by names without the suffix of counters.
        String name = metric.replaceFirst("_total$", "");
        String text =
                process.management("/actuator/prometheus?includedNames=" + name).body();
        List<Double> values = Pattern.compile("(?m)^" + metric + "\\{" + labels + "} (?<value>\\S+)$")
                .matcher(text)
                .results()
                .map(found -> Double.valueOf(found.group("value")))
                .toList();
        if (values.isEmpty()) {
            throw new IllegalStateException("no " + metric + " with " + labels + " in: " + text);
        }
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Heap in use after a garbage collection, bytes. */
    // The address is one that a process of our own gives us.
    @SuppressWarnings("BanJNDI")
    long heapAfterCollection() {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
            try (JMXConnector connector =
                    JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()), Map.of())) {
                MemoryMXBean memory = ManagementFactory.newPlatformMXBeanProxy(
                        connector.getMBeanServerConnection(), ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
                memory.gc();
                return memory.getHeapMemoryUsage().getUsed();
            } finally {
                machine.detach();
            }
        } catch (IOException | AttachNotSupportedException e) {
            throw new IllegalStateException("the heap of the service cannot be read: " + process.log(), e);
        }
    }

    String log() {
        return process.log();
    }

    @Override
    public void close() {
        try {
            process.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
