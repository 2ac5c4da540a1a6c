package packetlab.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import packetlab.latency.Serving;
import packetlab.latency.Setting;
import packetlab.os.PermissionException;
import packetlab.os.SocketAddress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The two halves of a measurement, when they are not both here. */
final class LatencyHalves {
    private static final String ANYWHERE = "";
    private static final int WAIT_MS = 100, RAW_PORT = 0;

    @Option(names = "--serve", order = 30, arity = "0..1", fallbackValue = ANYWHERE, paramLabel = "[HOST:]PORT",
            description = "only serve, until Ctrl-C; of a Unix socket: PATH or @NAME")
    String serve;

    @Option(names = "--connect", order = 31, paramLabel = "HOST:PORT",
            description = "only measure, with a server that runs elsewhere; of a Unix socket: PATH or @NAME")
    String connect;

    @Option(names = "--until-eof", hidden = true, description = "with --serve: end when standard input ends")
    boolean untilEof;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    boolean serves() {
        if (serve != null && connect != null) {
            throw wrong("--serve and --connect are two halves: one in each terminal");
        }
        return serve != null;
    }

    boolean connects() {
        return connect != null;
    }

    /** Where the server is; null for one of our own. */
    SocketAddress server(List<Setting> settings) {
        if (connect == null) {
            return null;
        }
        SocketAddress address = HostPort.parse(connect, "--connect", RAW_PORT, spec);
        for (Setting s : settings) {
            if (s.transport().isUnix() != address instanceof SocketAddress.Unix) {
                throw wrong(s.transport().word() + " cannot connect to " + connect);
            }
        }
        return address;
    }

    int serve(Main main, List<Setting> settings) throws IOException {
        SocketAddress at = serve.equals(ANYWHERE) ? null : HostPort.parse(serve, "--serve", RAW_PORT, spec);
        main.lifetime().graceful();
        try (Serving serving = new Serving(settings, at)) {
            StringBuilder lines = new StringBuilder();
            for (Map.Entry<String, SocketAddress> one : serving.addresses().entrySet()) {
                lines.append("serving ").append(one.getKey()).append(" at ").append(one.getValue()).append('\n');
            }
            main.print(lines.toString());
            ByteBuffer nothing = ByteBuffer.allocate(1);
            while (!main.lifetime().ending()) {
                if (untilEof) {
                    if (main.console().in().read(nothing.clear()) < 0) {
                        break;
                    }
                } else {
                    Thread.sleep(WAIT_MS);
                }
            }
            String failure = serving.failure();
            if (failure != null) {
                throw Failure.failed(failure, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (PermissionException e) {
            throw LiveCapture.failure(e);
        } catch (IOException e) {
            throw Failure.failed(e.getMessage(), e);
        }
        return ExitStatus.DONE;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
