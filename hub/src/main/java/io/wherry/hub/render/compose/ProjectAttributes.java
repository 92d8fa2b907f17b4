package io.wherry.hub.render.compose;

import static io.wherry.hub.render.compose.Form.ANY;
import static io.wherry.hub.render.compose.Form.ATOM;
import static io.wherry.hub.render.compose.Form.BOOL;
import static io.wherry.hub.render.compose.Form.FIELDS;
import static io.wherry.hub.render.compose.Form.LIST;
import static io.wherry.hub.render.compose.Form.NULL;
import static io.wherry.hub.render.compose.Form.TEXT;
import static io.wherry.hub.render.compose.Use.CARRIED;
import static io.wherry.hub.render.compose.Use.DROPPED;
import static io.wherry.hub.render.compose.Use.HUB;
import static io.wherry.hub.render.compose.Use.LATE;

import java.util.List;

/** The rows of a file's top level: networks, volumes, configs and secrets. */
final class ProjectAttributes {
    static final List<Attribute> ROWS = List.of(
            Attribute.of("name", HUB, TEXT).note("the stack's project name wins"),
            Attribute.of("version", DROPPED, TEXT).note("obsolete in Compose too"),
            Attribute.of("include", HUB, LIST, NULL).merging(Merging.ALL).note("see above; files of the repository"),
            Attribute.of("include[]", HUB, TEXT, FIELDS),
            Attribute.of("include[].path", HUB, TEXT, LIST).merging(Merging.ALL),
            Attribute.of("include[].path[]", HUB, TEXT),
            Attribute.of("include[].project_directory", HUB, TEXT),
            Attribute.of("include[].env_file", HUB, TEXT, LIST).merging(Merging.ALL),
            Attribute.of("include[].env_file[]", HUB, TEXT),
            Attribute.of("services", CARRIED, FIELDS),
            Attribute.of("services.*", CARRIED, FIELDS),
            Attribute.of("networks", CARRIED, FIELDS, NULL),
            Attribute.of("networks.*", CARRIED, FIELDS, NULL).kept(),
            Attribute.of("networks.*.name", CARRIED, TEXT),
            Attribute.of("networks.*.driver", CARRIED, TEXT),
            Attribute.of("networks.*.driver_opts", CARRIED, FIELDS),
            Attribute.of("networks.*.driver_opts.*", LATE, ATOM).kept(),
            Attribute.of("networks.*.external", CARRIED, BOOL, FIELDS).merging(Merging.REPLACE),
            Attribute.of("networks.*.external.name", CARRIED, TEXT).note("the old way to say name"),
            Attribute.of("networks.*.internal", CARRIED, BOOL),
            Attribute.of("networks.*.attachable", CARRIED, BOOL),
            Attribute.of("networks.*.enable_ipv4", CARRIED, BOOL)
                    .kept()
                    .note("false needs an engine of version 28 or newer"),
            Attribute.of("networks.*.enable_ipv6", CARRIED, BOOL).kept(),
            Attribute.of("networks.*.labels", CARRIED, LIST, FIELDS),
            Attribute.of("networks.*.labels.*", LATE, ANY, NULL).kept(),
            Attribute.of("networks.*.labels[]", LATE, TEXT),
            Attribute.of("networks.*.ipam", CARRIED, FIELDS).kept(),
            Attribute.of("networks.*.ipam.driver", CARRIED, TEXT),
            Attribute.of("networks.*.ipam.options", DROPPED, FIELDS).note("Compose reads it and hands it to nobody"),
            Attribute.of("networks.*.ipam.config", CARRIED, LIST).merging(Merging.MATCHED),
            Attribute.of("networks.*.ipam.config[]", CARRIED, FIELDS),
            Attribute.of("networks.*.ipam.config[].subnet", LATE, TEXT),
            Attribute.of("networks.*.ipam.config[].ip_range", LATE, TEXT),
            Attribute.of("networks.*.ipam.config[].gateway", LATE, TEXT),
            Attribute.of("networks.*.ipam.config[].aux_addresses", CARRIED, FIELDS),
            Attribute.of("networks.*.ipam.config[].aux_addresses.*", LATE, TEXT),
            Attribute.of("volumes", CARRIED, FIELDS, NULL),
            Attribute.of("volumes.*", CARRIED, FIELDS, NULL).kept(),
            Attribute.of("volumes.*.name", CARRIED, TEXT),
            Attribute.of("volumes.*.driver", CARRIED, TEXT),
            Attribute.of("volumes.*.driver_opts", CARRIED, FIELDS),
            Attribute.of("volumes.*.driver_opts.*", LATE, ATOM).kept(),
            Attribute.of("volumes.*.external", CARRIED, BOOL, FIELDS).merging(Merging.REPLACE),
            Attribute.of("volumes.*.external.name", CARRIED, TEXT).note("the old way to say name"),
            Attribute.of("volumes.*.labels", CARRIED, LIST, FIELDS),
            Attribute.of("volumes.*.labels.*", LATE, ANY, NULL).kept(),
            Attribute.of("volumes.*.labels[]", LATE, TEXT),
            Attribute.of("configs", CARRIED, FIELDS, NULL),
            Attribute.of("configs.*", CARRIED, FIELDS),
            Attribute.of("configs.*.file", CARRIED, TEXT).note("a file of the project directory"),
            Attribute.of("configs.*.content", LATE, TEXT)
                    .kept()
                    .note(
                            "a file for everybody to read; one for which a service asks uid, gid or another mode is put into its containers"),
            Attribute.of("configs.*.environment", HUB, TEXT)
                    .note("the name of a variable, whose value becomes content"),
            Attribute.of("configs.*.name", CARRIED, TEXT),
            Attribute.of("configs.*.labels", CARRIED, LIST, FIELDS),
            Attribute.of("configs.*.labels.*", LATE, ANY, NULL).kept(),
            Attribute.of("configs.*.labels[]", LATE, TEXT),
            Attribute.of("secrets", CARRIED, FIELDS, NULL),
            Attribute.of("secrets.*", CARRIED, FIELDS),
            Attribute.of("secrets.*.file", CARRIED, TEXT).note("a file of the project directory"),
            Attribute.of("secrets.*.external", CARRIED, BOOL, FIELDS)
                    .merging(Merging.REPLACE)
                    .note("a credential of the hub, of type secret, sealed to each agent"),
            Attribute.of("secrets.*.external.name", CARRIED, TEXT).note("the old way to say name"),
            Attribute.of("secrets.*.name", CARRIED, TEXT).note("of an external one: the credential's name"),
            Attribute.of("secrets.*.labels", CARRIED, LIST, FIELDS),
            Attribute.of("secrets.*.labels.*", LATE, ANY, NULL).kept(),
            Attribute.of("secrets.*.labels[]", LATE, TEXT));

    private ProjectAttributes() {}
}
