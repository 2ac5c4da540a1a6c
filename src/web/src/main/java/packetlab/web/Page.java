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
    private static final Map<String, File> FILES = Map.of();
    /** The page may load from and talk to this server alone. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

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
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "no-cache");
        try (InputStream in = Page.class.getResourceAsStream(file.name)) {
            in.transferTo(response.getOutputStream());
        }
    }
}
