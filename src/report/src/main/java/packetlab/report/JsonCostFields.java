package packetlab.report;

import packetlab.event.CostEvent;

/** The fields of what messages cost, in the order of the schema. */
final class JsonCostFields {
    private final JsonLine line;

    JsonCostFields(JsonLine line) {
        this.line = line;
    }

    void cost(CostEvent event) {
        line.time("time", event.timeNs());
        line.text("transport", event.transport());
        if (event instanceof CostEvent.Result e) {
            line.text("server", e.server());
            line.known("clients", e.clients());
            line.known("size", e.size());
            line.number("sent", e.sent());
            line.number("delivered", e.delivered());
            line.known("lost", e.lost());
            line.known("duplicated", e.duplicated());
            line.number("packets", e.packets());
            line.number("connections", e.connections());
            line.beginObject("octets");
            line.number("payload", e.octets().payload());
            line.number("framing", e.octets().framing());
            line.number("heads", e.octets().heads());
            line.number("headers", e.octets().headers());
            line.number("acks", e.octets().acks());
            line.number("resent", e.octets().resent());
            line.endObject();
            line.micros("p50Us", e.p50Ns());
            line.micros("p99Us", e.p99Ns());
            line.micros("maxUs", e.maxNs());
        } else if (event instanceof CostEvent.Idle e) {
            line.text("server", e.server());
            line.number("clients", e.clients());
            line.micros("durationUs", e.durationNs());
            line.number("packets", e.packets());
            line.number("bytes", e.bytes());
        }
    }
}
