package io.wherry.hub.render.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Workers;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.e2e.ComposeOracle;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.source.LocalTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every attribute of the table with what it cannot be: refused at the very place, and by the real {@code docker compose config} too. */
class WrongKindsIT {
    private static final int SIDE_BY_SIDE = 4;

    /** Forms that a text which is no word of theirs does not fit. */
    private static final Set<Form> NO_TEXT = EnumSet.of(
            Form.BOOL,
            Form.INT,
            Form.NUMBER,
            Form.BYTES,
            Form.SIZE_TEXT,
            Form.SWAP,
            Form.COUNT,
            Form.DURATION,
            Form.MODE);

    @TempDir
    Path temp;

    /** @param value as YAML, in one line */
    private record Wrong(Attribute attribute, String value) {
        /** The value stands alone in the second line. */
        String file() {
            StringBuilder before = new StringBuilder();
            StringBuilder after = new StringBuilder();
            // Beside it stands what a file needs, so that nothing else is wrong.
            String beside = attribute.path().startsWith("services") ? "" : "\"services\":{\"n\":{\"image\":\"x\"}},";
            for (String step : attribute.path().replace("[]", ".[]").split("\\.")) {
                boolean item = step.equals("[]");
                before.append(item ? "[" : "{" + beside + "\"" + (step.equals("*") ? "n" : step) + "\":");
                after.insert(0, item ? "]" : "}");
                boolean service = before.toString().equals("{\"services\":{\"n\":")
                        && !attribute.path().equals("services.*.image");
                beside = service ? "\"image\":\"x\"," : "";
            }
            return before + "\n" + value + "\n" + after;
        }

        @Override
        public String toString() {
            return attribute.path() + ": " + value;
        }
    }

    private static List<Wrong> wrong(Attribute attribute) {
        List<Wrong> wrong = new ArrayList<>();
        Set<Form> forms = attribute.forms();
        if (!forms.contains(Form.LIST)) {
            wrong.add(new Wrong(attribute, "[1, 2]"));
        }
        if (!forms.contains(Form.FIELDS)) {
            wrong.add(new Wrong(attribute, "{\"a\": \"b\"}"));
        }
        if (forms.stream().noneMatch(Form::isScalar)) {
            wrong.add(new Wrong(attribute, "words"));
            wrong.add(new Wrong(attribute, "17"));
            wrong.add(new Wrong(attribute, "true"));
        } else if (NO_TEXT.containsAll(scalars(forms))) {
            wrong.add(new Wrong(attribute, "\"no such thing\""));
            if (scalars(forms).equals(Set.of(Form.SIZE_TEXT))) {
                wrong.addFirst(new Wrong(attribute, "17"));
            }
        } else if (scalars(forms).equals(Set.of(Form.TEXT))) {
            wrong.add(new Wrong(attribute, "17"));
            wrong.add(new Wrong(attribute, "true"));
        }
        return wrong;
    }

    private static Set<Form> scalars(Set<Form> forms) {
        Set<Form> scalars = EnumSet.copyOf(forms);
        scalars.removeIf(form -> !form.isScalar());
        return scalars;
    }

    @Test
    void whatAnAttributeCannotBeIsRefusedAtItsPlaceAndByDockerComposeToo() throws Exception {
        List<Attribute> attributes = Attributes.ALL.stream()
                .filter(attribute -> attribute.use() != Use.REFUSED)
                .toList();
        List<String> problems = new ArrayList<>();
        List<Callable<String>> asked = new ArrayList<>();
        ComposeOracle oracle = ComposeOracle.find();
        int all = 0;
        for (Attribute attribute : attributes) {
            List<Wrong> wrong = wrong(attribute);
            for (Wrong one : wrong) {
                Path folder = folder(all++, one);
                ours(folder).ifPresent(problem -> problems.add("wherry: " + one + ": " + problem));
                if (one == wrong.getFirst()) { // one question of each attribute: the program takes its time
                    asked.add(() -> oracle.config(folder, List.of()).isPresent() ? "docker compose takes " + one : "");
                }
            }
        }
        Workers.sideBySide(SIDE_BY_SIDE, "compose-config", asked).stream()
                .filter(problem -> !problem.isEmpty())
                .forEach(problems::add);
        System.out.printf("wrong kinds: %d of %d attributes%n", all, attributes.size());
        assertThat(problems).isEmpty();
        assertThat(all).isGreaterThan(attributes.size());
    }

    /** Else the refusals would say nothing of the values. */
    @Test
    void whatAnAttributeCanBeIsTakenInAFileOfTheSameForm() throws Exception {
        List<String> right = List.of(
                "services.*.init true",
                "services.*.environment.* 17",
                "services.*.ports[].target 80",
                "networks.*.internal true",
                "volumes.*.driver_opts.* words");
        for (int i = 0; i < right.size(); i++) {
            String[] parts = right.get(i).split(" ", 2);
            Attribute attribute = Attributes.ALL.stream()
                    .filter(row -> row.path().equals(parts[0]))
                    .findFirst()
                    .orElseThrow();
            Path folder = folder(i, new Wrong(attribute, parts[1]));
            assertThat(ours(folder)).as(right.get(i)).contains("rendered");
            assertThat(ComposeOracle.find().config(folder, List.of()))
                    .as(right.get(i))
                    .isPresent();
        }
    }

    private Path folder(int number, Wrong one) throws IOException {
        Path folder = Files.createDirectory(temp.resolve("w" + number));
        Files.writeString(folder.resolve("compose.yaml"), one.file());
        return folder;
    }

    private static Optional<String> ours(Path folder) throws IOException {
        Rendering rendering = ComposeRenderer.render(RenderRequest.of(LocalTree.open(folder), "", "p"));
        if (!(rendering instanceof Rendering.Invalid invalid)) {
            return Optional.of("rendered");
        }
        boolean there = invalid.problems().stream()
                .map(Problem::at)
                .anyMatch(at -> at.equals(new Position("compose.yaml", 2, 1)));
        return there ? Optional.empty() : Optional.of(String.valueOf(invalid.problems()));
    }
}
