package packetlab.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import packetlab.event.Side;
import packetlab.message.Compression;
import packetlab.message.Extension;
import packetlab.message.HttpHead;
import packetlab.message.MessageLimits;
import packetlab.message.OpeningHandshake;
import packetlab.message.WsRule;

/**
 * The input is fields of an opening request and, behind an octet 0, of its response. The verdict is the same whether or
 * not the judge has seen other heads before; everything that is broken can be put into words; an extension field that
 * is understood says the same when it is written again.
 */
public final class HandshakeTarget {
    private static final OpeningHandshake EXPERIENCED = new OpeningHandshake();

    private HandshakeTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Effort effort = new Effort();
        String text = new String(input, StandardCharsets.ISO_8859_1);
        int zero = text.indexOf(0);
        String requestFields = zero < 0 ? text : text.substring(0, zero);
        String responseFields = zero < 0 ? "" : text.substring(zero + 1);
        byte[] requestOctets = octets("GET /chat HTTP/1.1\r\n" + requestFields + "\r\n\r\n");
        byte[] responseOctets = octets("HTTP/1.1 101 Switching Protocols\r\n" + responseFields + "\r\n\r\n");
        HttpHead request = head(requestOctets);
        HttpHead response = head(responseOctets);
        String verdict = judge(new OpeningHandshake(), request, response);
        Check.equal(verdict, judge(EXPERIENCED, request, response), "an experienced judge");
        Check.that(verdict.length() <= 40L * input.length + 20_000, "length of the verdict: " + verdict.length());
        extensions(request.list(HttpHead.Field.EXTENSIONS));
        extensions(response.list(HttpHead.Field.EXTENSIONS));
        extensions(text);
        Told told = new Told();
        try (OneStream stream = new OneStream(told, MessageLimits.DEFAULT)) {
            stream.send(Side.CLIENT, requestOctets);
            stream.send(Side.SERVER, responseOctets);
            stream.end();
        }
        effort.wasWorth(input.length);
    }

    private static HttpHead head(byte[] a) {
        HttpHead head = new HttpHead();
        Check.that(head.parse(a, 0, a.length) > 0, "a head");
        return head;
    }

    private static String judge(OpeningHandshake judge, HttpHead request, HttpHead response) {
        StringBuilder words = new StringBuilder();
        long broken = judge.checkRequest(request);
        long checked = judge.checked();
        tell(judge, broken, checked, null, request, words);
        words.append(OpeningHandshake.asksForWebSocket(request));
        for (HttpHead asked : new HttpHead[] {null, request}) {
            broken = judge.checkResponse(asked, response);
            checked = judge.checked();
            tell(judge, broken, checked, asked, response, words);
        }
        Compression compression = judge.compression(response);
        Check.that(compression.serverWindowBits() >= 8 && compression.serverWindowBits() <= 15
                && compression.clientWindowBits() >= 8 && compression.clientWindowBits() <= 15, "" + compression);
        words.append(compression).append(judge.extensions(request)).append(judge.extensions(response));
        words.append(new String(OpeningHandshake.refused(broken), StandardCharsets.ISO_8859_1));
        return words.toString();
    }

    private static void tell(OpeningHandshake judge, long broken, long checked, HttpHead request, HttpHead head,
                             StringBuilder words) {
        Check.equal(0, broken & ~checked, "broken and not checked");
        for (WsRule rule : WsRule.list(broken)) {
            words.append(rule.id()).append(' ').append(judge.detail(rule, request, head)).append('\n');
        }
    }

    private static void extensions(String value) {
        Extension.Parsed parsed = Extension.parse(value);
        Check.that(parsed.fault() == null || parsed.extensions().isEmpty(), "understood or not");
        if (value == null || parsed.fault() != null) {
            return;
        }
        List<Extension> list = parsed.extensions();
        String again = list.stream().map(Extension::toString).collect(Collectors.joining(", "));
        Check.equal(list, Extension.parse(again).extensions(), "written again");
    }

    private static byte[] octets(String s) {
        return s.getBytes(StandardCharsets.ISO_8859_1);
    }
}
