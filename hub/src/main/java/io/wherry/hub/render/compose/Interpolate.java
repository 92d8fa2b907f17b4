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

    /** @param stackFolder the way from where the layer's relative paths begin to the stack's folder */
    Layer layer(Layer layer, Variables variables, String stackFolder) {
        return new Layer(layer.file(), mapping(layer.root(), new Place(variables, stackFolder, Place.Kind.VALUE)));
    }

    private YamlNode.Mapping mapping(YamlNode.Mapping mapping, Place place) {
        List<YamlNode.Field> fields = mapping.fields().stream()
                .map(field ->
                        new YamlNode.Field(field.key(), field.keyAt(), node(field.value(), place.under(field.key()))))
                .toList();
        fields.stream().filter(field -> SiteMark.isIn(field.key())).forEach(field -> privateUse(field.value()));
        return new YamlNode.Mapping(fields, mapping.tag(), mapping.at());
    }

    private YamlNode node(YamlNode node, Place place) {
        return switch (node) {
            case YamlNode.Mapping mapping -> mapping(mapping, place);
            case YamlNode.Sequence sequence ->
                new YamlNode.Sequence(
                        sequence.items().stream().map(item -> node(item, place)).toList(),
                        sequence.tag(),
                        sequence.at());
            case YamlNode.Scalar scalar -> scalar(scalar, place);
        };
    }

    private YamlNode.Scalar scalar(YamlNode.Scalar scalar, Place place) {
        if (SiteMark.isIn(scalar.text())) {
            privateUse(scalar);
            return scalar;
        }
        if (scalar.text().indexOf('$') < 0 || characters > MAX_CHARACTERS) {
            return scalar;
        }
        try {
            String filled = place.fill(scalar.text());
            place.variables().takeUnset().forEach(name -> unset(name, scalar, place));
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

    private void unset(String name, YamlNode.Scalar scalar, Place place) {
        place.refuse(name)
                .ifPresentOrElse(
                        why -> problems.add(scalar.at(), String.valueOf(why.getMessage()), why.hint()),
                        () -> warnings.add(new Problem(
                                scalar.at(),
                                "variable " + name + " is not set; it counts as empty",
                                "write ${" + name + ":-} if that is meant")));
    }

    private void privateUse(YamlNode node) {
        problems.add(node.at(), "characters U+E000 and U+E001 are reserved", "remove them");
    }
}
