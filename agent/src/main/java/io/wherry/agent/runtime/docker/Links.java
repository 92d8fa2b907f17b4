package io.wherry.agent.runtime.docker;

import java.util.ArrayList;
import java.util.List;

/** Names by which a container knows others: {@code CONTAINER:ALIAS}, as Compose writes them. */
final class Links {
    private Links() {}

    static List<String> of(String project, ComposeModel model, ComposeService service, int number) {
        List<String> links = new ArrayList<>();
        for (String link : service.links()) {
            String[] parts = link.split(":", 2);
            ComposeService other = model.service(parts[0]);
            for (int replica = 1; replica <= other.replicas(); replica++) {
                String container = other.containerName(project, replica);
                links.add(container + ":" + (parts.length > 1 ? parts[1] : parts[0]));
                links.add(container + ":" + other.name() + "-" + number);
                links.add(container + ":" + Names.container(project, other.name(), number));
            }
        }
        for (String link : service.raw().strings("external_links")) {
            links.add(link.contains(":") ? link : link + ":" + link);
        }
        return List.copyOf(links);
    }
}
