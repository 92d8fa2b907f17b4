package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/**
 * Step 9: gives the value of a variable to what only names it: a key of {@code environment} without a value, and a config's
 * {@code environment}. Done for each model by itself, because an included one has variables of its own. A name without a variable stays.
 */
final class TakeVariables {
    private final Variables variables;

    private TakeVariables(Variables variables) {
        this.variables = variables;
    }

    static YamlNode.Mapping into(YamlNode.Mapping model, Variables variables) {
        TakeVariables take = new TakeVariables(variables);
        YamlNode.Mapping taken = Nodes.change(model, "services", services -> each(services, take::service));
        return Nodes.change(taken, "configs", configs -> each(configs, take::config));
    }

    private YamlNode service(YamlNode service) {
        return service instanceof YamlNode.Mapping mapping
                ? Nodes.change(mapping, "environment", this::environment)
                : service;
    }

    private YamlNode environment(YamlNode environment) {
        SequencedMap<String, YamlNode> fields = Nodes.map(environment);
        fields.replaceAll((name, value) -> Scalars.isNull(value)
                ? variables
                        .find(name)
                        .<YamlNode>map(found -> Nodes.text(found, value.at()))
                        .orElse(value)
                : value);
        return Nodes.fields(fields, environment);
    }

    /** One that has a file or content besides stays as it is: validation names it. */
    private YamlNode config(YamlNode config) {
        SequencedMap<String, YamlNode> fields = Nodes.map(config);
        if (!fields.containsKey("content") && !fields.containsKey("file")) {
            Nodes.find(config, "environment")
                    .ifPresent(name -> variables.find(Nodes.asText(name)).ifPresent(value -> {
                        fields.remove("environment");
                        fields.put("content", Nodes.text(value, name.at()));
                    }));
        }
        return config instanceof YamlNode.Mapping ? Nodes.fields(fields, config) : config;
    }

    private static YamlNode each(YamlNode entries, UnaryOperator<YamlNode> change) {
        SequencedMap<String, YamlNode> changed = new LinkedHashMap<>(Nodes.map(entries));
        changed.replaceAll((name, entry) -> change.apply(entry));
        return Nodes.fields(changed, entries);
    }
}
