package packetlab.os;

import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Signals to this process, taken from the JVM, which would end. By reflection: the compiler warns of sun.misc.Signal, the
 * only way there is (module jdk.unsupported).
 */
final class Signals {
    private Signals() {}

    /**
     * From now on a signal is told instead of ending the process. Programs that are started from now on begin with the
     * signal's usual effect.
     *
     * @param name such as {@code TERM}
     */
    static void handle(String name, Consumer<String> told) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            told.accept(name);
                            yield null;
                        }
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        default -> "Signals." + name;
                    });
            signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name),
                    ours);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM has no sun.misc.Signal", e);
        }
    }
}
