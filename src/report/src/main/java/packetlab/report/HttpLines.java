package packetlab.report;

import packetlab.event.Event;
import packetlab.event.HttpEvent;
import packetlab.event.WsEvent;

/** Lines about HTTP: a request, a response, and what the upgrade to WebSocket came to. */
final class HttpLines {
    private static final int KEY_SHOWN = 8;

    private final Ladder ladder;
    private final Glyphs glyphs;

    HttpLines(Ladder ladder, Glyphs glyphs) {
        this.ladder = ladder;
        this.glyphs = glyphs;
    }

    /** @param second what a response did to the upgrade, where there was one; else null */
    void print(HttpEvent event, Event second) {
        ladder.begin(event.timeNs(), event.frame(), event.stream());
        if (event instanceof HttpEvent.Message e) {
            message(e);
            return;
        }
        if (event instanceof HttpEvent.Chunk e) {
            content(ladder.caption().add("+ ").count(e.length(), "byte").add(" in a chunk"), e.data(), e.dataCut());
            return;
        }
        if (event instanceof HttpEvent.Request e) {
            ladder.label().text(e.method()).add(" ").text(e.target());
            request(e);
        } else if (event instanceof HttpEvent.Response e) {
            String reason = reason(e.status());
            if (e.latencyNs() != Event.UNKNOWN && e.status() != 101) {
                ladder.margin().duration(e.latencyNs());
            }
            ladder.label().plain(e.status()).add(reason.isEmpty() ? "" : " ").add(reason);
            if (second instanceof WsEvent.Open open) {
                upgraded(open);
            } else if (second instanceof WsEvent.Refused) {
                body(ladder.detail().add("upgrade refused"), e, e.length(), e.chunked());
            } else {
                body(ladder.detail(), e, e.length(), e.chunked());
            }
        }
        ladder.arrow(event.from(), true);
    }

    /** What a message held, once it is over. */
    private void message(HttpEvent.Message e) {
        Cell caption = ladder.caption().add(e.complete() ? "= " : "= as far as it came: ").count(e.length(), "byte");
        if (e.inflatedLength() != Event.UNKNOWN) {
            caption.part().text(e.contentEncoding()).add(" ").add(glyphs.toServer).add(" ")
                    .count(e.inflatedLength(), "byte");
        } else if (e.contentEncoding() != null) {
            caption.part().text(e.contentEncoding());
        }
        content(caption, e.data(), e.dataCut());
    }

    private void content(Cell caption, byte[] data, boolean cut) {
        if (data != null && data.length > 0) {
            ladder.detail().payload(data, cut, Cell.Payload.BINARY);
        }
        ladder.level(Ladder.Tone.QUIET);
    }

    private void request(HttpEvent.Request e) {
        Cell detail = ladder.detail();
        String upgrade = header(e, "Upgrade");
        if (upgrade == null) {
            if (e.host() != null) {
                detail.text(e.host());
            }
            body(detail, e, e.length(), e.chunked());
            return;
        }
        boolean webSocket = upgrade.equalsIgnoreCase("websocket");
        detail.add("upgrade").add(webSocket ? "" : " to ").text(webSocket ? "" : upgrade);
        String key = header(e, "Sec-WebSocket-Key");
        if (key != null) {
            boolean cut = key.length() > KEY_SHOWN;
            detail.part().add("key ").text(cut ? key.substring(0, KEY_SHOWN) : key).add(cut ? glyphs.ellipsis : "");
        }
    }

    private static void body(Cell detail, HttpEvent.Head e, long length, boolean chunked) {
        String type = header(e, "Content-Type");
        if (type != null) {
            detail.part().text(type);
        }
        if (chunked) {
            detail.part().add("chunked");
        } else if (length > 0) {
            detail.part().count(length, "byte");
        }
    }

    private void upgraded(WsEvent.Open open) {
        Cell detail = ladder.detail();
        if (open.acceptValid() != null) {
            detail.add(open.acceptValid() ? glyphs.acceptRight : glyphs.acceptWrong);
        }
        if (open.subprotocol() != null) {
            detail.part().text(open.subprotocol());
        }
        if (open.extensions() != null) {
            detail.part().text(open.extensions());
        }
        if (detail.isEmpty()) {
            detail.add("upgraded");
        }
    }

    private static String header(HttpEvent.Head event, String name) {
        for (HttpEvent.Header header : event.headers()) {
            if (header.name().equalsIgnoreCase(name)) {
                return header.value();
            }
        }
        return null;
    }

    /** RFC 9110 section 15, RFC 6585; empty for a status without a name. */
    static String reason(int status) {
        return switch (status) {
            case 100 -> "Continue";
            case 101 -> "Switching Protocols";
            case 103 -> "Early Hints";
            case 200 -> "OK";
            case 201 -> "Created";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 206 -> "Partial Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 304 -> "Not Modified";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 411 -> "Length Required";
            case 413 -> "Content Too Large";
            case 415 -> "Unsupported Media Type";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> "";
        };
    }
}
