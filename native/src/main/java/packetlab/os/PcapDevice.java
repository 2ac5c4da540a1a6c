package packetlab.os;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.pcap4j.core.PcapAddress;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface;

/**
 * Something that libpcap can capture on: the kernel's interfaces and more, such as {@code any}.
 *
 * @param description libpcap's words; null where it has none
 * @param addresses   its IP addresses as text
 */
public record PcapDevice(String name, String description, boolean up, boolean loopback, List<String> addresses) {
    /** All of them in libpcap's order, which puts the likeliest first. */
    public static List<PcapDevice> list() throws IOException {
        try {
            return PcapLibrary.devices().stream().map(PcapDevice::of).toList();
        } catch (PcapNativeException e) {
            throw new IOException("libpcap cannot list the interfaces: " + e.getMessage(), e);
        }
    }

    private static PcapDevice of(PcapNetworkInterface device) {
        List<String> addresses = device.getAddresses().stream().map(PcapAddress::getAddress)
                .map(InetAddress::getHostAddress).toList();
        return new PcapDevice(device.getName(), device.getDescription(), device.isUp(), device.isLoopBack(),
                addresses);
    }
}
