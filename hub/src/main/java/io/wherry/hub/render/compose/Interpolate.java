package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import java.util.List;

/** Step 2: fills variables into every value; keys stay as they are. */
final class Interpolate {
    /** 8 Mi characters for all files of a stack: a long variable used often would fill memory. */
    static final long MAX_CHARACTERS = 8L << 20;

    private final Problems problems;
    private final Problems warnings;
    private long characters;

    Interpolate(Problems problems, Problems warnings) {
        this.problems = problems;
        this.warnings = warnings;
    }

    Layer layer(Layer layer, Variables variables) {
        return new Layer(layer.file(), mapping(layer.root(), variables));
    }

    private YamlNode.Mapping mapping(YamlNode.Mapping mapping, Variables variables) {
        List<YamlNode.Field> fields = mapping.fields().stream()
                .map(field -> new YamlNode.Field(field.key(), field.keyAt(), node(field.value(), variables)))
                .toList();
        fields.stream().filter(field -> SiteMark.isIn(field.key())).forEach(field -> privateUse(field.value()));
        return new YamlNode.Mapping(fields, mapping.tag(), mapping.at());
    }

    private YamlNode node(YamlNode node, Variables variables) {
        return switch (node) {
            case YamlNode.Mapping mapping -> mapping(mapping, variables);
            case YamlNode.Sequence sequence ->
                new YamlNode.Sequence(
                        sequence.items().stream()
                                .map(item -> node(item, variables))
                                .toList(),
                        sequence.tag(),
                        sequence.at());
            case YamlNode.Scalar scalar -> scalar(scalar, variables);
        };
    }

    private YamlNode.Scalar scalar(YamlNode.Scalar scalar, Variables variables) {
        if (SiteMark.isIn(scalar.text())) {
            privateUse(scalar);
            return scalar;
        }
        if (scalar.text().indexOf('$') < 0 || characters > MAX_CHARACTERS) {
            return scalar;
        }
        try {
            String filled = Template.fill(scalar.text(), variables);
            variables
                    .takeUnset()
                    .forEach(name -> warnings.add(new Problem(
                            scalar.at(),
                            "variable " + name + " is not set; it counts as empty",
                            "write ${" + name + ":-} if that is meant")));
            characters += filled.length();
            if (characters > MAX_CHARACTERS) {
                problems.add(
                        scalar.at(), "interpolation makes too much text", "at most " + MAX_CHARACTERS + " characters");
            }
            return new YamlNode.Scalar(filled, false, scalar.tag(), scalar.at());
        } catch (TemplateException e) {
            problems.add(scalar.at(), String.valueOf(e.getMessage()), e.hint());
            return scalar;
        }
    }

    private void privateUse(YamlNode node) {
        problems.add(node.at(), "characters U+E000 and U+E001 are reserved", "remove them");
    }
}
