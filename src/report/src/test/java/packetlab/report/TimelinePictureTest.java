package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import packetlab.event.HttpEvent;
import packetlab.event.Side;
import packetlab.event.WireEvent;
import packetlab.event.WsEvent;
import packetlab.timeline.JoinedRun;

class TimelinePictureTest {
    private static final TimelinePicture.Caption CAPTION =
            new TimelinePicture.Caption("a <run> & more", List.of("one\u001b note", "another"));

    private static Document parsed(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    /** The page's picture as a document: the page around it is HTML, not XML. */
    private static Document ladder(String page) throws Exception {
        int from = page.indexOf("<svg");
        return parsed(page.substring(from, page.indexOf("</svg>", from) + "</svg>".length()));
    }

    private static List<Element> withKey(Document document, String key) {
        List<Element> found = new ArrayList<>();
        NodeList all = document.getElementsByTagName("g");
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            if (element.getAttribute("data-k").equals(key)) {
                found.add(element);
            }
        }
        return found;
    }

    @Test
    void theSameRunGivesTheSamePicture() {
        assertEquals(TimelinePicture.svg(Runs.example().joined(), CAPTION),
                TimelinePicture.svg(Runs.example().joined(), CAPTION));
        assertEquals(TimelinePicture.html(Runs.example().joined(), CAPTION),
                TimelinePicture.html(Runs.example().joined(), CAPTION));
    }

    @Test
    void everyCallAndEveryPacketIsDrawnOnceAndNamesWhatBelongsToIt() throws Exception {
        JoinedRun run = Runs.example().joined();
        for (Document document : List.of(parsed(TimelinePicture.svg(run, CAPTION)),
                ladder(TimelinePicture.html(run, CAPTION)))) {
            for (long id = 1; id <= run.calls().size(); id++) {
                assertEquals(1, withKey(document, "c" + id).stream()
                        .filter(e -> e.getAttribute("class").startsWith("call")).count(), "call " + id);
            }
            for (long frame = 1; frame <= 4; frame++) {
                assertEquals(1, withKey(document, "p" + frame).stream()
                        .filter(e -> e.getAttribute("class").startsWith("packet")).count(), "packet " + frame);
            }
            // The send lights up its packet, and the call that received; so do its octets below.
            List<Element> send = withKey(document, "c6");
            assertEquals(2, send.size());
            for (Element element : send) {
                assertEquals("p4 c7", element.getAttribute("data-rel"));
            }
            assertEquals("box client", send.get(1).getAttribute("class"));
            assertEquals("p4 c6", withKey(document, "c7").get(0).getAttribute("data-rel"));
            assertEquals("c6 c7", withKey(document, "p4").get(0).getAttribute("data-rel"));
            assertEquals(2, withKey(document, "p4").size(), "the arrow and the octets");
            Element refused = withKey(document, "c8").get(0);
            assertTrue(refused.getAttribute("class").contains("failed"));
            assertTrue(refused.getTextContent().contains("✗ connect(8, 127.0.0.1:81) = -1 ECONNREFUSED"), refused.getTextContent());
            assertEquals("0", refused.getAttribute("tabindex"), "reached by the keyboard, too");
        }
    }

    @Test
    void barsAreIntervalsAndPacketsLieInsideThem() throws Exception {
        Document document = parsed(TimelinePicture.svg(Runs.example().joined(), CAPTION));
        Element send = (Element) withKey(document, "c6").get(0).getElementsByTagName("rect").item(0);
        int top = Integer.parseInt(send.getAttribute("y"));
        int bottom = top + Integer.parseInt(send.getAttribute("height"));
        String line = ((Element) withKey(document, "p4").get(0).getElementsByTagName("path").item(0)).getAttribute("d");
        int y = Integer.parseInt(line.substring(line.indexOf(' ') + 1, line.indexOf('H')));
        assertTrue(top < y && y < bottom, top + " " + y + " " + bottom);
    }

    @Test
    void hostileInputIsTextAndNothingElse() throws Exception {
        JoinedRun run = Runs.hostile().joined();
        String svg = TimelinePicture.svg(run, CAPTION);
        String page = TimelinePicture.html(run, CAPTION);
        for (String text : List.of(svg, page)) {
            assertTrue(text.codePoints().noneMatch(c -> c != '\n' && Hazard.is(c)), text);
            assertTrue(text.contains("&lt;script&gt;alert(1)"), text);
            assertFalse(text.contains("<script>alert"), text);
            assertFalse(text.contains("<img"), text);
            assertFalse(text.contains("<b>"), text);
        }
        assertEquals(0, parsed(svg).getElementsByTagName("script").getLength());
        assertEquals(0, ladder(page).getElementsByTagName("script").getLength());
        assertTrue(parsed(svg).getDocumentElement().getTextContent().contains("a <run> & more"));
        assertTrue(page.contains("<title>a &lt;run&gt; &amp; more</title>"));
        assertFalse(page.contains("http:"), "it loads nothing");
        assertFalse(page.contains("https:"), "it loads nothing");
    }

    @Test
    void onlyTheScriptOfThePageMayRun() throws Exception {
        String page = TimelinePicture.html(Runs.example().joined(), CAPTION);
        int from = page.indexOf("<script>") + "<script>".length();
        byte[] script = page.substring(from, page.indexOf("</script>", from))
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        String hash = java.util.Base64.getEncoder().encodeToString(
                java.security.MessageDigest.getInstance("SHA-256").digest(script));
        assertTrue(page.contains("script-src &#39;sha256-" + hash + "&#39;"), "the policy names it");
        assertTrue(page.contains("default-src &#39;none&#39;"));
    }

    @Test
    void aLongSilenceIsABreakAndNotABlankPage() throws Exception {
        Runs runs = Runs.example();
        runs.call(Side.CLIENT, 60_000_000, 60_000_010, "close", 7, "", 0);
        String svg = TimelinePicture.svg(runs.joined(), CAPTION);
        assertTrue(svg.contains("nothing for 60.0 s"), svg);
        assertTrue(Integer.parseInt(parsed(svg).getDocumentElement().getAttribute("height")) < 1_200);
    }

    @Test
    void aRunThatIsTooLongIsCutAndThatIsSaid() throws Exception {
        Runs runs = new Runs();
        for (int i = 0; i < PictureRows.MAX_ROWS + 100; i++) {
            runs.segment(i, i + 1, Side.CLIENT, 24, 1 + i, 1, 1);
        }
        String svg = TimelinePicture.svg(runs.joined(), CAPTION);
        assertTrue(svg.contains("0 calls and 100 packets more are not drawn"), "it says so");
        assertNotNull(parsed(svg));
    }

    @Test
    void whatAWireDidIsSeenAtThePacketThatItDidItTo() throws Exception {
        Runs runs = new Runs();
        runs.segment(0, 1, Side.CLIENT, 24, 1, 1, 5);
        runs.segment(1, 2, Side.CLIENT, 24, 6, 1, 5);
        runs.segment(9, 3, Side.SERVER, 24, 1, 6, 5);
        runs.events.add(new WireEvent.Dropped(Runs.at(0), 1, 0, Side.CLIENT, "loss <2> %", null));
        runs.events.add(new WireEvent.Delayed(Runs.at(1), 2, 0, Side.CLIENT, 9_000_000, "delay 9 ms"));
        Document document = parsed(TimelinePicture.svg(runs.joined(), CAPTION));
        assertEquals(List.of(true, false, false), Stream.of("p1", "p2", "p3").map(key -> !paths(document, key, "lost").isEmpty())
                .toList());
        assertEquals(List.of(false, true, true), Stream.of("p1", "p2", "p3").map(key -> !paths(document, key, "tip").isEmpty())
                .toList(), "what was dropped does not arrive");
        assertTrue(withKey(document, "p1").get(0).getTextContent().contains("dropped by the wire · loss <2> %"));
        String[] late = paths(document, "p2", "line").get(0).split("[MLH ]");
        String[] prompt = paths(document, "p3", "line").get(0).split("[MLH ]");
        assertTrue(Integer.parseInt(late[4]) > Integer.parseInt(prompt[2]), "it arrives after what was sent later");
    }

    private static List<String> paths(Document document, String key, String kind) {
        List<String> found = new ArrayList<>();
        NodeList paths = withKey(document, key).get(0).getElementsByTagName("path");
        for (int i = 0; i < paths.getLength(); i++) {
            Element path = (Element) paths.item(i);
            if (path.getAttribute("class").equals(kind)) {
                found.add(path.getAttribute("d"));
            }
        }
        return found;
    }

    @Test
    void whatAStreamSaysStandsAtItsPacket() throws Exception {
        JoinedRun run = Runs.example().joined();
        byte[] hostile = "<b>\u001b]0;x\u0007".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        run.say(new HttpEvent.Request(0, 4, 0, Side.CLIENT, "GET", "/<script>", null, List.of(), -1, false));
        run.say(new WsEvent.Frame(0, 4, 0, Side.CLIENT, true, 0, 1, true, hostile.length, true, hostile, false));
        run.say(new WsEvent.Frame(0, 4, 0, Side.CLIENT, false, 4, 2, true, 70_000, true, new byte[3], true));
        run.say(new HttpEvent.Response(0, 4, 0, Side.SERVER, 404, List.of(), -1, false));
        String svg = TimelinePicture.svg(run, CAPTION);
        Element packet = withKey(parsed(svg), "p4").stream().filter(e -> e.getAttribute("class").startsWith("packet")).findFirst().orElseThrow();
        assertTrue(packet.getTextContent().contains("#4 GET /<script> · TEXT "), packet.getTextContent());
        assertTrue(packet.getTextContent().contains(" · BINARY 70000 RSV1 .. · 1 more"), packet.getTextContent());
        assertFalse(svg.contains("\u001b") || svg.contains("<script>"), svg);
        assertEquals("404 Not Found", MessageWords.of(List.of(new HttpEvent.Response(0, 4, 0, Side.SERVER, 404, List.of(), -1, false))));
    }

    @Test
    void anEmptyRunIsAPicture() throws Exception {
        assertNotNull(parsed(TimelinePicture.svg(new Runs().joined(), CAPTION)));
        assertNotNull(ladder(TimelinePicture.html(new Runs().joined(), CAPTION)));
    }

    @Test
    void twoSendsInOneSegmentAreSeenSideBySide() throws Exception {
        Runs runs = new Runs();
        runs.call(Side.CLIENT, 0, 2, "send", 7, "\"ab\", 2", 2, null, 0, 2, List.of(1L), List.of());
        runs.call(Side.CLIENT, 3, 4, "send", 7, "\"cde\", 3", 3, null, 2, 3, List.of(1L), List.of());
        runs.segment(9, 1, Side.CLIENT, 24, 1, 1, 5);
        Document document = parsed(TimelinePicture.svg(runs.joined(), CAPTION));
        int[] first = box(withKey(document, "c1").get(1));
        int[] second = box(withKey(document, "c2").get(1));
        int[] segment = box(withKey(document, "p1").get(1));
        assertEquals(segment[0], first[0], "begin together");
        assertTrue(first[1] < second[0], "one after the other");
        assertEquals(segment[1], second[1], "end together");
    }

    private static int[] box(Element element) {
        Element rect = (Element) element.getElementsByTagName("rect").item(0);
        int x = Integer.parseInt(rect.getAttribute("x"));
        return new int[] {x, x + Integer.parseInt(rect.getAttribute("width"))};
    }
}
