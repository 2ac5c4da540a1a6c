package packetlab.os;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import packetlab.timeline.CallKind;

/**
 * What a call of strace's moved, or was to move.
 *
 * @param octets  the first of them
 * @param room    how many octets the program had, or had room for; below 0 where strace does not say
 * @param flags   as strace names them; {@code 0} for none
 * @param parts   in how many pieces of memory
 * @param address the one that the call was given or has returned; null for none
 */
record StraceCarried(byte[] octets, long room, String flags, int parts, String address) {
    private static final byte[] NONE = {};

    static StraceCarried of(String name, List<String> args, boolean failed) {
        return switch (name) {
            case "sendto", "recvfrom" -> new StraceCarried(StraceText.octets(args.get(1)), StraceText.number(args.get(2), 0), args.get(3), 1,
                    StraceText.address(args.get(4)));
            case "write", "read" -> new StraceCarried(StraceText.octets(args.get(1)), StraceText.number(args.get(2), 0), "0", 1, null);
            case "sendfile" -> new StraceCarried(NONE, StraceText.number(args.get(3), 0), "0", 1, null);
            case "writev", "readv" -> ofParts(args.get(1), "0", null);
            case "sendmsg", "recvmsg" -> ofMessage(args.get(1), args.get(2));
            case "sendmmsg", "recvmmsg" -> {
                List<String> messages = StraceText.split(StraceText.inside(args.get(1)));
                String first = messages.isEmpty() ? null : StraceText.field(messages.get(0), "msg_hdr");
                yield first == null ? new StraceCarried(NONE, -1, args.get(3), 1, null) : ofMessage(first, args.get(3));
            }
            case "bind", "connect", "accept", "accept4" -> new StraceCarried(NONE, 0, "0", 1,
                    args.size() < 2 || failed && name.startsWith("accept") ? null : StraceText.address(args.get(1)));
            default -> new StraceCarried(NONE, 0, "0", 1, null);
        };
    }

    static StraceCarried ofMessage(String header, String flags) {
        String address = StraceText.field(header, "msg_name");
        String parts = StraceText.field(header, "msg_iov");
        return ofParts(parts == null ? "" : parts, flags, address == null ? null : StraceText.address(address));
    }

    private static StraceCarried ofParts(String list, String flags, String address) {
        List<String> parts = StraceText.split(StraceText.inside(list));
        long room = 0;
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (String part : parts) {
            String length = StraceText.field(part, "iov_len");
            String base = StraceText.field(part, "iov_base");
            if (octets.size() == room && base != null) {        // what stands before it is whole
                octets.writeBytes(StraceText.octets(base));
            }
            room += length == null ? 0 : StraceText.number(length, 0);
        }
        return new StraceCarried(octets.toByteArray(), room, flags, parts.size(), address);
    }

    /** The arguments of such a call as they are shown. */
    String words(String name, List<String> args, long result, boolean failed) {
        String how = flags.equals("0") ? "" : ", " + flags;
        String pieces = parts > 1 ? ", in " + parts + " parts" : "";
        boolean named = address != null && (name.endsWith("to") || name.endsWith("from") || name.endsWith("msg"));
        String end = named ? ", " + address : "";
        return switch (CallKind.of(name)) {
            case SEND -> name.equals("sendfile") ? StraceText.number(args.get(1), 0) + ", " + room
                    : (failed ? "" : shown(room) + ", ") + room + pieces + how + end;
            case RECEIVE -> failed ? room < 0 ? how.replaceFirst("^, ", "") : room + how
                    : shown(Math.min(result, Math.max(room, 0))) + ", " + room + pieces + how + end;
            case CONNECT -> address == null ? "" : address;
            case ACCEPT -> failed || address == null ? "" : address;
            default -> switch (name) {
                case "socket" -> ofSocket(args);
                case "bind" -> address == null ? "" : address;
                case "setsockopt", "getsockopt" -> args.get(1).replace("SOL_TCP", "IPPROTO_TCP") + ", " + args.get(2) + ", "
                        + value(args.get(3));
                default -> args.size() > 1 ? args.get(1).replaceFirst("<.*", "") : "";
            };
        };
    }

    /** Numbers as they are, a struct as the numbers in it. */
    private static String value(String value) {
        String inside = StraceText.inside(value).replaceAll("(tv_usec|tv_sec|l_onoff|l_linger)=", "").strip();
        return value.startsWith("{") ? "{" + inside + "}" : inside;
    }

    static String ofSocket(List<String> args) {
        return args.get(0) + ", " + args.get(1) + ", " + args.get(2).replace("IPPROTO_IP", "0");
    }

    private String shown(long whole) {
        int length = (int) Math.max(0, Math.min(octets.length, whole));
        return OctetText.of(ByteBuffer.wrap(octets), 0, length, whole);
    }
}
