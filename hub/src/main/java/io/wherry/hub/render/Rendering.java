package io.wherry.hub.render;

import io.wherry.base.yaml.Problem;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.json.Json;
import io.wherry.hub.source.ReadSet;
import io.wherry.hub.source.TreeFile;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What became of a stack's files. A mistake in them is expected, so it is a value. */
public sealed interface Rendering {

    /** What was looked at, whatever came of it: the stack is rendered anew when one of these changes. */
    ReadSet readSet();

    /**
     * The files make a model that the agent can carry out.
     *
     * @param format        what the model is; files, site variables and secrets come with Compose models alone
     * @param model         of Kubernetes as docs/reference/bundle-format.md#kubernetes-model has it; of Compose in the shape of {@code docker compose config --format json}, keys sorted; paths of the project directory begin with
     *                      {@code ./}; {@code $$} is a dollar sign and {@code ${NAME}} a late site variable, nothing else holds a dollar sign
     *                      ({@code SiteVariables} turns it into what runs)
     * @param files         files of the project directory that the model mounts, by their path in it; 16 MiB in all
     * @param images        the images of its containers, sorted, each once
     * @param objects       what the model declares: {@code service/web}, {@code network/front}, {@code volume/data}, nothing external; of
     *                      Kubernetes the names of its objects, see {@link io.wherry.contract.ObjectName}
     * @param siteVariables names of the late site variables that the model holds
     * @param secrets       external secrets, whose values come with each agent's entry: name in the model to name of the credential
     * @param warnings      what a person should know, such as a variable that is not set
     */
    record Rendered(
            ModelFormat format,
            Json.Obj model,
            SortedMap<String, TreeFile> files,
            List<String> images,
            SortedSet<String> objects,
            SortedSet<String> siteVariables,
            SortedMap<String, String> secrets,
            List<Problem> warnings,
            ReadSet readSet)
            implements Rendering {
        public Rendered {
            files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
            images = List.copyOf(images);
            objects = Collections.unmodifiableSortedSet(new TreeSet<>(objects));
            siteVariables = Collections.unmodifiableSortedSet(new TreeSet<>(siteVariables));
            secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The files are wrong; the last good rendering stays in force.
     *
     * @param problems all that were found, in file order; never empty
     */
    record Invalid(List<Problem> problems, ReadSet readSet) implements Rendering {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
