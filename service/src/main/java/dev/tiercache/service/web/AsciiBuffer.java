package dev.tiercache.service.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes of an answer being put together: grows to the longest one, and can be used again. Not for several threads. */
final class AsciiBuffer {

    private static final int FIRST_SIZE = 1024;

    private byte[] bytes = new byte[FIRST_SIZE];
    private int length;

    AsciiBuffer clear() {
        length = 0;
        return this;
    }

    /** Adds a text that is ASCII. */
    @SuppressWarnings("deprecation") // Drops the upper half of each character, which ASCII does not have: a plain copy.
    AsciiBuffer add(String ascii) {
        int size = ascii.length();
        ensure(size);
        ascii.getBytes(0, size, bytes, length);
        length += size;
        return this;
    }

    AsciiBuffer add(boolean value) {
        return add(value ? "true" : "false");
    }

    /** Adds a number that is not negative. */
    AsciiBuffer add(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        ensure(digits);
        long rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    AsciiBuffer add(byte[] source, int offset, int size) {
        ensure(size);
        System.arraycopy(source, offset, bytes, length, size);
        length += size;
        return this;
    }

    AsciiBuffer add(AsciiBuffer other) {
        return add(other.bytes, 0, other.length);
    }

    /** Adds one line of an HTTP head. */
    AsciiBuffer header(String name, String value) {
        return add(name).add(": ").add(value).add("\r\n");
    }

    /** What is in it, and unused room behind that. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    /** What is in it, to be read before it is used again. */
    ByteBuffer content() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
