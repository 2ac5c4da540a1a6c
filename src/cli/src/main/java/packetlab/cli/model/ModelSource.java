package packetlab.cli.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;

/** The text of one model: a class that adds the arguments of another to a command, and is the way to its fields. */
final class ModelSource {
    /** One element of an annotation. */
    record Value(String name, AnnotationValue value) {
        /** As Java literals; of classes, new ones of them. */
        String code() {
            return code(value);
        }

        private static String code(AnnotationValue value) {
            Object what = value.getValue();
            if (what instanceof List<?> all) {
                return all.stream().map(one -> code((AnnotationValue) one)).collect(Collectors.joining(",\n                "));
            }
            return what instanceof TypeMirror type ? "new " + type + "()" : value.toString();
        }
    }

    private static final String HEAD = """
            package %1$s;

            import picocli.CommandLine.Model.CommandSpec;
            import picocli.CommandLine.Model.IGetter;
            import picocli.CommandLine.Model.ISetter;
            import picocli.CommandLine.Model.OptionSpec;
            import picocli.CommandLine.Model.PositionalParamSpec;

            /** What picocli's annotations say of {@link %2$s}. Written by the compiler: see packetlab.cli.model. */
            final class %3$s {
                private %3$s() {}
            """;
    /** One way for all fields, since each class costs a start. */
    private static final String FIELD = """

                @SuppressWarnings("unchecked")
                private record Field(%1$s of, int number) implements IGetter, ISetter {
                    @Override
                    public <T> T get() {
                        Object value = switch (number) {
            %2$s                default -> throw new IllegalStateException();
                        };
                        return (T) value;
                    }

                    @Override
                    public <T> T set(T value) {
                        T before = get();
                        switch (number) {
            %3$s                default -> throw new IllegalStateException();
                        }
                        return before;
                    }
                }
            """;

    private final TypeElement type;
    private final String model;
    private final StringBuilder command = new StringBuilder();
    private final StringBuilder arguments = new StringBuilder();
    private final List<VariableElement> fields = new ArrayList<>();

    ModelSource(TypeElement type) {
        this.type = type;
        model = type.getSimpleName() + "Model";
    }

    String qualifiedName() {
        return type.getEnclosingElement() + "." + model;
    }

    /** @param parent the field for the command that this is a command of, or null */
    void command(List<Value> values, VariableElement parent) {
        command.append("\n    static CommandSpec spec(").append(type.getSimpleName()).append(" of")
                .append(parent == null ? "" : ", " + parent.asType() + " parent").append(") {\n")
                .append("        CommandSpec spec = CommandSpec.wrapWithoutInspection(of);\n");
        if (parent != null) {
            command.append("        of.").append(parent).append(" = parent;\n");
        }
        for (Value value : values) {
            command.append("        spec.").append(switch (value.name()) {
                case "name", "versionProvider" -> value.name() + "(" + value.code() + ")";
                case "description", "footer", "customSynopsis", "synopsisSubcommandLabel" ->
                        "usageMessage()." + value.name() + "(" + value.code() + ")";
                case "subcommands" -> subcommand(value);
                default -> throw new IllegalArgumentException("no rule for a command's " + value.name());
            }).append(";\n");
        }
        command.append("        addTo(spec, of);\n        return spec;\n    }\n");
    }

    private static String subcommand(Value value) {
        if (((List<?>) value.value().getValue()).size() != 1) {
            throw new IllegalArgumentException("no rule for several subcommands");
        }
        TypeElement of = (TypeElement) ((DeclaredType) ((AnnotationValue) ((List<?>) value.value().getValue()).get(0))
                .getValue()).asElement();
        String name = ModelWriter.annotation(of, "Command").getElementValues().entrySet().stream()
                .filter(e -> e.getKey().getSimpleName().contentEquals("name")).findFirst().orElseThrow().getValue().toString();
        return "addSubcommand(" + name + ", " + of + "Model.spec(" + value.code() + ", of))";
    }

    /** @param raw its type without what stands in angle brackets */
    void argument(VariableElement field, boolean option, List<Value> values, String raw) {
        StringBuilder line = new StringBuilder(".type(").append(raw).append(".class)");
        List<? extends TypeMirror> of = field.asType() instanceof DeclaredType declared ? declared.getTypeArguments() : List.of();
        if (!of.isEmpty()) {
            line.append(".auxiliaryTypes(")
                    .append(of.stream().map(t -> t + ".class").collect(Collectors.joining(", "))).append(')');
        }
        String names = "";
        boolean labelled = false;
        boolean required = !option;     // unless its arity says that there may be none
        for (Value value : values) {
            String code = value.code();
            labelled |= value.name().equals("paramLabel");
            required &= !(value.name().equals("arity") && code.startsWith("\"0"));
            switch (value.name()) {
                case "names" -> names = code;
                case "description", "paramLabel", "arity", "defaultValue", "hidden", "required", "completionCandidates" ->
                        line.append("\n                .").append(value.name()).append('(').append(code).append(')');
                case "split" -> line.append("\n                .splitRegex(").append(code).append(')');
                case "converter" -> line.append("\n                .converters(").append(code).append(')');
                default -> own(option, value, line);
            }
        }
        if (!labelled) {
            line.append("\n                .paramLabel(\"<").append(field).append(">\")");
        }
        if (required) {
            line.append("\n                .required(true)");
        }
        String binding = "field" + fields.size();
        arguments.append("\n        Field ").append(binding).append(" = new Field(of, ")
                .append(fields.size()).append(");\n        spec.")
                .append(option ? "addOption(OptionSpec.builder(" : "addPositional(PositionalParamSpec.builder(").append(names)
                .append(')').append(line).append("\n                .getter(").append(binding).append(").setter(")
                .append(binding).append(").initialValue(of.").append(field).append(").build());\n");
        fields.add(field);
    }

    /** What only an option or only a parameter has. */
    private static void own(boolean option, Value value, StringBuilder line) {
        List<String> known = option ? List.of("order", "fallbackValue", "negatable", "usageHelp", "versionHelp") : List.of("index");
        if (!known.contains(value.name())) {
            throw new IllegalArgumentException("no rule for an argument's " + value.name());
        }
        line.append("\n                .").append(value.name()).append('(').append(value.code()).append(')');
    }

    void mixin(VariableElement field) {
        arguments.append("\n        if (of.").append(field).append(" == null) {\n            of.").append(field).append(" = new ")
                .append(field.asType()).append("();\n        }\n        ").append(field.asType()).append("Model.addTo(spec, of.")
                .append(field).append(");\n");
    }

    /** That of the command, also in a mixin. */
    void spec(VariableElement field) {
        arguments.append("\n        of.").append(field).append(" = spec;\n");
    }

    String text() {
        StringBuilder gets = new StringBuilder();
        StringBuilder sets = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            gets.append("                case ").append(i).append(" -> of.").append(fields.get(i)).append(";\n");
            sets.append("                case ").append(i).append(" -> of.").append(fields.get(i)).append(" = (")
                    .append(fields.get(i).asType()).append(") (Object) value;\n");
        }
        return HEAD.formatted(type.getEnclosingElement(), type.getSimpleName(), model) + command
                + "\n    static void addTo(CommandSpec spec, " + type.getSimpleName() + " of) {" + arguments + "    }\n"
                + (fields.isEmpty() ? "" : FIELD.formatted(type.getSimpleName(), gets, sets)) + "}\n";
    }
}
