package io.wherry.hub.resource;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the section {@code configuration} of {@code hub.yaml}: the {@code spec} of a source, and what is done with it. */
public final class ConfigurationYaml {
    private ConfigurationYaml() {}

    /** Empty where something is wrong: the problems say what. */
    public static Optional<ConfigurationSpec> read(YamlNode.Mapping section, Problems problems) {
        Strict spec = new Strict(Fields.of(typed(section), problems), problems);
        String path = spec.get().text("path", "");
        boolean prune = spec.get().bool("prune", false);
        boolean adopt = spec.get().bool("adopt", false);
        Optional<Source> source = SourceYaml.read(Metadata.of(ConfigurationSpec.SOURCE), spec);
        spec.done();
        return source.flatMap(s -> spec.build(() -> new ConfigurationSpec(s, path, prune, adopt)));
    }

    /** A repository is one of Git unless it says otherwise. */
    private static YamlNode typed(YamlNode.Mapping section) {
        if (section.find("type").isPresent()) {
            return section;
        }
        List<YamlNode.Field> fields = new ArrayList<>(section.fields());
        fields.add(new YamlNode.Field(
                "type", section.at(), new YamlNode.Scalar(Source.Type.GIT.word(), false, "", section.at())));
        return new YamlNode.Mapping(fields, section.tag(), section.at());
    }
}
