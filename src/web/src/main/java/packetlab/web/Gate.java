package packetlab.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What every request has to pass, the opening handshakes among them: a page of another origin may not talk to us (WebSocket
 * knows no other protection, RFC 6455 section 10.2), nor one whose name was made to point here; no body
 * is longer than the limit, whatever it says of its length.
 */
final class Gate implements Filter {
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+]");
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "OPTIONS");

    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    private final Hub hub;
    private final Set<String> hosts;

    Gate(Hub hub, Set<String> hosts) {
        this.hub = hub;
        this.hosts = hosts;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        Refusal refusal = refusal(http);
        if (refusal == null && http.getContentLengthLong() < 0 && http.getHeader("Transfer-Encoding") != null) {
            int most = hub.limits().bodyOctets();
            byte[] body = http.getInputStream().readNBytes(most + 1);
            http = new ReadBody(http, body);
            refusal = body.length <= most ? null : new Refusal(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                    "a body of more than " + most + " octets");
        }
        if (refusal == null) {
            boolean plain = http.getHeader(EXTENSIONS) != null && !http.getRequestURI().equals(SpringSockets.DEFLATE);
            chain.doFilter(plain ? new WithoutExtensions(http) : http, response);
            return;
        }
        hub.refuse(refusal.why);
        HttpServletResponse answer = (HttpServletResponse) response;
        answer.setStatus(refusal.status);
        answer.setContentType("text/plain;charset=utf-8");
        if (refusal.status == HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE) {
            answer.setHeader("Connection", "close");
        }
        answer.getWriter().println(refusal.why);
    }

    /**
     * Browsers always offer compression, and Tomcat agrees to whatever it knows. Only one of our addresses is to compress:
     * to the others nothing is offered.
     */
    private static final class WithoutExtensions extends HttpServletRequestWrapper {
        WithoutExtensions(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getHeader(String name) {
            return EXTENSIONS.equalsIgnoreCase(name) ? null : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return EXTENSIONS.equalsIgnoreCase(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
        }

        @Override
        public Enumeration<String> getHeaderNames() {
            List<String> names = new ArrayList<>(Collections.list(super.getHeaderNames()));
            names.removeIf(EXTENSIONS::equalsIgnoreCase);
            return Collections.enumeration(names);
        }
    }

    private record Refusal(int status, String why) {}

    private Refusal refusal(HttpServletRequest request) {
        String host = request.getHeader("Host");
        String origin = request.getHeader("Origin");
        if (!isOurs(host)) {
            return new Refusal(HttpServletResponse.SC_FORBIDDEN, "this server is not called " + printable(host));
        }
        if (origin != null && !origin.equalsIgnoreCase(request.getScheme() + "://" + host)) {
            return new Refusal(HttpServletResponse.SC_FORBIDDEN, "a page of the origin " + printable(origin)
                    + " may not talk to this server");
        }
        // Requests without an Origin that a foreign page can cause: images, scripts, forms by GET.
        if ("cross-site".equals(request.getHeader("Sec-Fetch-Site"))
                && !"navigate".equals(request.getHeader("Sec-Fetch-Mode"))) {
            return new Refusal(HttpServletResponse.SC_FORBIDDEN, "a page of another site may not talk to this server");
        }
        if (!METHODS.contains(request.getMethod())) {
            return new Refusal(HttpServletResponse.SC_METHOD_NOT_ALLOWED, "no such method: " + printable(request.getMethod()));
        }
        long length = request.getContentLengthLong();
        if (length > hub.limits().bodyOctets()) {
            return new Refusal(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, "a body of " + length
                    + " octets, more than " + hub.limits().bodyOctets());
        }
        return null;
    }

    /** With the port, as in the Host header. */
    private boolean isOurs(String host) {
        if (host == null) {
            return false;
        }
        String name = host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
        return name.equals("localhost") || ADDRESS.matcher(name).matches() || hosts.contains(name);
    }

    /** What a stranger has sent, for a line of text. */
    private static String printable(String text) {
        if (text == null) {
            return "nothing";
        }
        String shown = text.replaceAll("[^\\x21-\\x7e]", "?");
        return shown.length() <= 100 ? shown : shown.substring(0, 100) + "...";
    }
}
