package packetlab.cli.model;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;

/**
 * The compiler's part of a start: for each class with picocli's annotations, such as {@code ReadCommand}, it writes a class
 * {@code ReadCommandModel} that tells picocli the same by its own API. Read at run time, the annotations cost each start
 * 55 ms and 85 ms of CPU time, most of it for the proxy classes in which Java hands them out. Annotated fields cannot be
 * private, since that class sets them. A command whose own commands are methods is left to picocli. Whatever else has no
 * rule here is an error of the compilation.
 */
@SupportedAnnotationTypes("picocli.*")
public final class ModelWriter extends AbstractProcessor {
    private static final String ANNOTATIONS = "picocli.CommandLine.";

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        Set<String> written = new TreeSet<>();
        for (TypeElement annotation : annotations) {
            for (Element annotated : round.getElementsAnnotatedWith(annotation)) {
                Element of = annotated instanceof TypeElement ? annotated : annotated.getEnclosingElement();
                if (of instanceof TypeElement type && isTopLevel(type) && !hasCommandMethods(type)
                        && written.add(type.toString())) {
                    write(type);
                }
            }
        }
        return false;
    }

    private static boolean isTopLevel(TypeElement type) {
        return type.getEnclosingElement().getKind() == ElementKind.PACKAGE;
    }

    private static boolean hasCommandMethods(TypeElement type) {
        return ElementFilter.methodsIn(type.getEnclosedElements()).stream().anyMatch(m -> annotation(m, "Command") != null);
    }

    private void write(TypeElement type) {
        ModelSource source = new ModelSource(type);
        try {
            AnnotationMirror command = annotation(type, "Command");
            if (command != null) {
                source.command(values(command), parent(type));
            }
            for (VariableElement field : ElementFilter.fieldsIn(type.getEnclosedElements())) {
                add(source, field);
            }
            try (Writer file = processingEnv.getFiler().createSourceFile(source.qualifiedName(), type).openWriter()) {
                file.write(source.text());
            }
        } catch (IllegalArgumentException | IOException e) {
            processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, e.getMessage(), type);
        }
    }

    private void add(ModelSource source, VariableElement field) {
        for (AnnotationMirror annotation : field.getAnnotationMirrors()) {
            String name = annotation.getAnnotationType().toString();
            if (!name.startsWith(ANNOTATIONS)) {
                continue;
            }
            if (field.getModifiers().contains(Modifier.PRIVATE)) {
                throw new IllegalArgumentException(field + " is private: its model cannot set it");
            }
            switch (name.substring(ANNOTATIONS.length())) {
                case "Option" -> source.argument(field, true, values(annotation), raw(field.asType()));
                case "Parameters" -> source.argument(field, false, values(annotation), raw(field.asType()));
                case "Mixin" -> source.mixin(field);
                case "Spec" -> source.spec(field);
                case "ParentCommand" -> { }      // handed over
                default -> throw new IllegalArgumentException("no rule for " + annotation);
            }
        }
    }

    private static VariableElement parent(TypeElement type) {
        return ElementFilter.fieldsIn(type.getEnclosedElements()).stream()
                .filter(f -> annotation(f, "ParentCommand") != null).findFirst().orElse(null);
    }

    private String raw(TypeMirror type) {
        return processingEnv.getTypeUtils().erasure(type).toString();
    }

    static AnnotationMirror annotation(Element element, String name) {
        return element.getAnnotationMirrors().stream()
                .filter(a -> a.getAnnotationType().toString().equals(ANNOTATIONS + name)).findFirst().orElse(null);
    }

    /** What stands in the source: {@code names}, {@code order} and so on; defaults are picocli's own. */
    private static List<ModelSource.Value> values(AnnotationMirror annotation) {
        return annotation.getElementValues().entrySet().stream()
                .map(e -> new ModelSource.Value(e.getKey().getSimpleName().toString(), e.getValue())).toList();
    }
}
