package packetlab.os;

import com.sun.jna.NativeLibrary;
import java.io.File;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.types.intptr_t;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface;
import org.pcap4j.core.Pcaps;

/**
 * libpcap, loaded once. pcap4j opens and configures handles; the few functions that are called per packet or wait go
 * through jnr-ffi to the same library, because pcap4j copies each packet into a new array, under a lock, which is some
 * ten times slower.
 */
final class PcapLibrary {
    /** The package is called libpcap0.8t64 where time_t has grown, and answers to the old name too. */
    static final String INSTALL_COMMAND = "apt-get install libpcap0.8";

    static {
        keepJnaOutOfTheWorkingDirectory();
    }

    private PcapLibrary() {}

    /** Public because jnr-ffi implements it from a class loader of its own. The handle is a pcap_t pointer. */
    public interface Functions {
        /** 1 a packet, 0 none within the timeout, -1 an error; writes the addresses of header and data. */
        int pcap_next_ex(@intptr_t long handle, Pointer headerAddress, Pointer dataAddress);

        int pcap_get_selectable_fd(@intptr_t long handle);

        int pcap_get_tstamp_precision(@intptr_t long handle);

        int pcap_datalink(@intptr_t long handle);

        int pcap_snapshot(@intptr_t long handle);

        String pcap_geterr(@intptr_t long handle);

        /** A handle without a capture, to compile filters for one; 0 where memory is short. */
        @intptr_t
        long pcap_open_dead(int dlt, int snaplen);

        /** Compiles into a struct bpf_program; 0, or -1 with a text from pcap_geterr. */
        int pcap_compile(@intptr_t long handle, Pointer program, String expression, int optimize, int netmask);

        void pcap_freecode(Pointer program);

        void pcap_close(@intptr_t long handle);
    }

    /** The functions; throws where libpcap or native code as such cannot be loaded. */
    static Functions get() throws MissingLibraryException {
        try {
            return Loaded.FUNCTIONS;
        } catch (LinkageError e) {      // the first time UnsatisfiedLinkError, from then on NoClassDefFoundError
            throw missing(e);
        }
    }

    /** Such as {@code libpcap version 1.10.3 (with TPACKET_V3)}. */
    static String version() throws MissingLibraryException {
        try {
            return Pcaps.libVersion();
        } catch (LinkageError e) {
            throw missing(e);
        }
    }

    static List<PcapNetworkInterface> devices() throws MissingLibraryException, PcapNativeException {
        try {
            return Pcaps.findAllDevs();
        } catch (LinkageError e) {
            throw missing(e);
        }
    }

    /** The pcap_t behind a pcap4j handle, which has no accessor for it; the field is there in the version we pin. */
    static long address(PcapHandle handle) {
        try {
            Field field = PcapHandle.class.getDeclaredField("handle");
            field.setAccessible(true);
            return com.sun.jna.Pointer.nativeValue((com.sun.jna.Pointer) field.get(handle));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("another pcap4j than the one this was built for", e);
        }
    }

    /** Where the user has no entry in the password file, JDK 17 has "?" for the home, and JNA makes a folder of it. */
    private static void keepJnaOutOfTheWorkingDirectory() {
        if (System.getProperty("jna.tmpdir") == null && !Path.of(System.getProperty("user.home")).isAbsolute()) {
            System.setProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
        }
    }

    static MissingLibraryException missing(LinkageError e) {
        String why = NativeCode.explain(e, "libpcap", "once, as root: " + INSTALL_COMMAND);
        return new MissingLibraryException("libpcap", why, e);
    }

    private static final class Loaded {
        static final Functions FUNCTIONS = LibraryLoader.create(Functions.class).load(path());
        static final Runtime RUNTIME = Runtime.getRuntime(FUNCTIONS);

        /** The very file that pcap4j uses: a handle of one libpcap must not reach another. */
        private static String path() {
            Pcaps.libVersion();
            String name = System.getProperty("org.pcap4j.core.pcapLibName", "pcap");
            File file = NativeLibrary.getInstance(name).getFile();
            return file == null ? name : file.getPath();
        }
    }

    static Runtime runtime() {
        return Loaded.RUNTIME;
    }
}
