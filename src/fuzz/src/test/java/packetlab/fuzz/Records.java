package packetlab.fuzz;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Compares records that hold arrays, which their own {@code equals} takes for different. One thread. */
final class Records {
    private static final Map<Class<?>, MethodHandle[]> ACCESSORS = new HashMap<>();

    private Records() {}

    static void same(List<? extends Record> expected, List<? extends Record> actual, String what) {
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            Record e = i < expected.size() ? expected.get(i) : null;
            Record a = i < actual.size() ? actual.get(i) : null;
            if (e == null || a == null || !same(e, a)) {
                throw new AssertionError(what + ": event " + i + " of " + expected.size() + " and " + actual.size()
                        + "\nexpected " + text(e) + "\nfound    " + text(a));
            }
        }
    }

    static boolean same(Record a, Record b) {
        if (a.getClass() != b.getClass()) {
            return false;
        }
        try {
            for (MethodHandle accessor : accessors(a.getClass())) {
                Object one = (Object) accessor.invokeExact((Object) a);
                Object other = (Object) accessor.invokeExact((Object) b);
                if (!Objects.deepEquals(one, other)) {
                    return false;
                }
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        return true;
    }

    static String text(Record r) {
        if (r == null) {
            return "nothing";
        }
        StringBuilder text = new StringBuilder(r.getClass().getSimpleName());
        try {
            for (RecordComponent c : r.getClass().getRecordComponents()) {
                Object value = c.getAccessor().invoke(r);
                text.append(' ').append(c.getName()).append('=')
                        .append(value instanceof byte[] bytes ? Arrays.toString(bytes) : value);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private static MethodHandle[] accessors(Class<?> type) throws IllegalAccessException {
        MethodHandle[] accessors = ACCESSORS.get(type);
        if (accessors == null) {
            RecordComponent[] components = type.getRecordComponents();
            accessors = new MethodHandle[components.length];
            for (int i = 0; i < components.length; i++) {
                MethodHandle plain = MethodHandles.lookup().unreflect(components[i].getAccessor());
                accessors[i] = plain.asType(plain.type().changeParameterType(0, Object.class)
                        .changeReturnType(Object.class));
            }
            ACCESSORS.put(type, accessors);
        }
        return accessors;
    }
}
