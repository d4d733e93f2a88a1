package dev.tiercache.service.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A name server (RFC 1035) on the loopback that knows one name, or none: whatever is asked is that name. */
final class DnsServer implements AutoCloseable {

    private static final int HEADER = 12;
    private static final int TYPE_A = 1;
    private static final int ANSWER = 0x8180;
    private static final int NO_SUCH_NAME = 0x8183;
    private static final int TTL_SECONDS = 1;

    private final DatagramSocket socket;
    private volatile byte[] address = {};

    private DnsServer(DatagramSocket socket) {
        this.socket = socket;
        Thread.ofVirtual().start(this::serve);
    }

    /** Starts one that knows no name yet. */
    static DnsServer running() {
        try {
            return new DnsServer(new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Has the name stand for an address from now on, IPv4. */
    void name(String ipv4) {
        address = InetAddress.ofLiteral(ipv4).getAddress();
    }

    /** Has the name stand for nothing. */
    void forget() {
        address = new byte[0];
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        while (!socket.isClosed()) {
            try {
                packet.setLength(512);
                socket.receive(packet);
                byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()), address);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private static byte[] answer(byte[] query, byte[] address) {
        int end = HEADER;
        while (query[end] != 0) {
            end += query[end] + 1;
        }
        int type = ByteBuffer.wrap(query).getShort(end + 1);
        int questionEnd = end + 5;
        boolean found = address.length > 0 && type == TYPE_A;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(query, 0, 2);
        put16(out, address.length > 0 ? ANSWER : NO_SUCH_NAME);
        put16(out, 1);
        put16(out, found ? 1 : 0);
        put16(out, 0);
        put16(out, 0);
        out.write(query, HEADER, questionEnd - HEADER);
        if (found) {
            // The name of the question, by its place.
            put16(out, 0xC000 | HEADER);
            put16(out, TYPE_A);
            put16(out, 1);
            put16(out, 0);
            put16(out, TTL_SECONDS);
            put16(out, address.length);
            out.writeBytes(address);
        }
        return out.toByteArray();
    }

    private static void put16(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
