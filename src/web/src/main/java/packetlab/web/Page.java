package packetlab.web;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** The page and its scripts, from among our own resources; nothing else can be asked for. */
final class Page extends HttpServlet {
    private record File(String name, String type) {}

    private static final String SCRIPT = "text/javascript;charset=utf-8";
    private static final Map<String, File> FILES = Map.of(
            "/", new File("page/index.html", "text/html;charset=utf-8"),
            "/page/style.css", new File("page/style.css", "text/css;charset=utf-8"),
            "/page/icon.svg", new File("page/icon.svg", "image/svg+xml"),
            "/page/app.js", new File("page/app.js", SCRIPT),
            "/page/transports.js", new File("page/transports.js", SCRIPT),
            "/page/prices.js", new File("page/prices.js", SCRIPT),
            "/lib/socket.io.esm.min.js", new File("lib/socket.io.esm.min.js", SCRIPT),
            SpringSockets.SOCKJS_SCRIPT, new File("lib/sockjs.min.js", SCRIPT));
    /** The page may load from and talk to this server alone. Not every browser takes 'self' for its WebSockets, too. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self' ws://%1$s wss://%1$s; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        File file = FILES.get(request.getRequestURI());
        if (file == null) {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            response.setContentType("text/plain;charset=utf-8");
            response.getWriter().println("no such page");
            return;
        }
        response.setContentType(file.type);
        // The gate has looked at the name: it cannot carry more directives.
        response.setHeader("Content-Security-Policy", String.format(POLICY, request.getHeader("Host")));
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "no-cache");
        try (InputStream in = Page.class.getResourceAsStream(file.name)) {
            in.transferTo(response.getOutputStream());
        }
    }
}
