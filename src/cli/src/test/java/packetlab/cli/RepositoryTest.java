package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** What holds for the files of the repository, whatever their language. */
class RepositoryTest {
    private static final Path ROOT = Path.of(System.getProperty("packetlab.root", "../.."));
    private static final Set<String> NOT_OURS = Set.of(".git", ".build", "target", "node_modules", ".idea", ".vscode");
    /** Where packages come from is each machine's own setting: a name here would go around it. */
    private static final Pattern REGISTRY = Pattern.compile("repo1?\\.maven|maven\\.org|sonatype\\.(org|com)"
            + "|npmjs\\.(org|com)|(deb|security|snapshot|ftp)\\.debian\\.org|(archive|ports|security)\\.ubuntu\\.com"
            + "|pypi\\.org|pythonhosted\\.org|crates\\.io|golang\\.org/|jitpack\\.io", Pattern.CASE_INSENSITIVE);
    private static final Set<String> TOP_LEVEL = Set.of("pom.xml", "native", "src", "captures", "scripts", "README.md",
            "LICENSE");

    @Test
    void noFileNamesAPackageRegistry() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files()) {
            byte[] octets = Files.readAllBytes(file);
            int line = 0;
            // Latin-1 takes every octet for a character, so that captures can be searched too.
            for (String text : new String(octets, StandardCharsets.ISO_8859_1).split("\n", -1)) {
                line++;
                if (REGISTRY.matcher(text).find()) {
                    found.add(ROOT.relativize(file) + ":" + line + ": " + text.strip());
                }
            }
        }
        assertEquals(List.of(), found);
    }

    @Test
    void versionsStandInTheRootPomAlone() throws Exception {
        List<String> found = new ArrayList<>();
        for (Path pom : modulePoms()) {
            for (String version : texts(pom, "//*[local-name()='version'][not(parent::*[local-name()='parent'])]"
                    + "[not(starts-with(normalize-space(), '${version.'))]")) {
                found.add(ROOT.relativize(pom) + ": " + version);
            }
        }
        assertEquals(List.of(), found);
    }

    @Test
    void theRootPomFixesTheVersionOfEveryPlugin() throws Exception {
        String plugin = "//*[local-name()='plugin']";
        Set<String> fixed = new TreeSet<>(texts(ROOT.resolve("pom.xml"), "//*[local-name()='pluginManagement']" + plugin
                + "[*[local-name()='version']]/*[local-name()='artifactId']"));
        Set<String> used = new TreeSet<>(texts(ROOT.resolve("pom.xml"), plugin + "/*[local-name()='artifactId']"));
        for (Path pom : modulePoms()) {
            used.addAll(texts(pom, plugin + "/*[local-name()='artifactId']"));
        }
        used.removeAll(fixed);
        assertEquals(Set.of(), used);
    }

    @Test
    void theTopLevelHoldsWhatTheArchitectureSays() throws IOException {
        Set<String> found = new TreeSet<>();
        try (var entries = Files.list(ROOT)) {
            entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith(".") && !NOT_OURS.contains(name))
                    .forEach(found::add);
        }
        found.removeAll(TOP_LEVEL);
        assertEquals(Set.of(), found);
    }

    @Test
    void whatPeopleRunCanBeRun() throws IOException {
        for (String script : List.of("scripts/packetlab", "scripts/test", "scripts/golden", "captures/make",
                ".ci/run")) {
            assertTrue(Files.isExecutable(ROOT.resolve(script)), script);
        }
    }

    private static List<Path> modulePoms() throws IOException {
        return files().stream()
                .filter(file -> file.endsWith("pom.xml") && !file.getParent().equals(ROOT))
                .toList();
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return NOT_OURS.contains(String.valueOf(directory.getFileName())) ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                // A work tree of git has a file .git that names a place of this machine.
                if (attributes.isRegularFile() && !NOT_OURS.contains(file.getFileName().toString())) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static List<String> texts(Path pom, String path) throws Exception {
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
        NodeList nodes = (NodeList) XPathFactory.newInstance().newXPath()
                .evaluate(path, document, XPathConstants.NODESET);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent().strip());
        }
        return texts;
    }
}
