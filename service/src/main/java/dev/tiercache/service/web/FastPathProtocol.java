package dev.tiercache.service.web;

import org.apache.coyote.http11.Http11NioProtocol;

/** HTTP/1.1 as Tomcat speaks it, behind a {@link FastPath}. Tomcat makes it by its name. */
public final class FastPathProtocol extends Http11NioProtocol {

    private final FastPathEndpoint endpoint;

    /** Makes one whose fast path answers nothing yet. */
    public FastPathProtocol() {
        this(new FastPathEndpoint());
    }

    private FastPathProtocol(FastPathEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    void fastPath(FastPath fastPath) {
        endpoint.fastPath(fastPath);
    }
}
