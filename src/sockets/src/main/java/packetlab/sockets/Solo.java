package packetlab.sockets;

/** A demo that is one program: there is no other half to play it with. */
abstract class Solo implements Demo {
    private final String name;
    private final Family family;
    private final Wire wire;
    private final String description;

    Solo(String name, Family family, Wire wire, String description) {
        this.name = name;
        this.family = family;
        this.wire = wire;
        this.description = description;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Family family() {
        return family;
    }

    @Override
    public final Wire wire() {
        return wire;
    }

    @Override
    public final String description() {
        return description;
    }
}
