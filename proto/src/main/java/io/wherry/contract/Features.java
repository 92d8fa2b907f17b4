package io.wherry.contract;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Names of what documents may ask of an agent: in {@code crit} of releases and assignments, in {@code requires} of manifests, and told by
 * agents in {@code understands}. The hub offers only what is covered; an agent refuses the rest as {@code AgentTooOld}.
 */
public final class Features {
    /** Bundles with a Compose model. */
    public static final String COMPOSE = "compose.v1";

    /** Bundles with the objects of a Kubernetes stack. An agent has one runtime: it tells this one or {@link #COMPOSE}, never both. */
    public static final String KUBERNETES = "kubernetes.v1";

    /** Hooks of a Helm chart, in a model of Kubernetes. */
    public static final String HELM_HOOKS = "helm-hooks.v1";

    /** Secrets of a stack for clusters, made by the agent of sealed values: {@code secrets} of a model of Kubernetes. */
    public static final String KUBERNETES_SECRETS = "kubernetes-secrets.v1";

    /** Hooks of a Helm chart that run on a way back, in a model of Kubernetes. */
    public static final String ROLLBACK_HOOKS = "rollback-hooks.v1";

    /** Late site variables, put in by the agent. */
    public static final String SITE_VARIABLES = "site-variables.v1";

    /** Entries that must begin before a time. */
    public static final String START_BEFORE = "start-before.v1";

    /** Releases over a set of bundles, and proofs in entries. Not understood by this version. */
    public static final String BUNDLE_SETS = "bundle-sets.v1";

    /** Secrets sealed to the agent. */
    public static final String SEALED_SECRETS = "sealed-secrets.v1";

    /** Logins for registries, sealed to the agent, in entries. */
    public static final String REGISTRY_LOGINS = "registry-logins.v1";

    /** Roles with a threshold above 1: releases that several people must have signed. */
    public static final String THRESHOLDS = "thresholds.v1";

    /** Services whose next container starts before the old one stops: {@code deploy.update_config.order: start-first}. */
    public static final String START_FIRST = "start-first.v1";

    /** Commands that run in a container after its start and before its stop: {@code post_start}, {@code pre_stop}. */
    public static final String LIFECYCLE_HOOKS = "lifecycle-hooks.v1";

    /** Entries that take over what people started by hand. */
    public static final String ADOPT = "adopt.v1";

    /** Questions of an operator what runs at the site. */
    public static final String EXPORT = "export.v1";

    /** Models whose services run in a swarm, see {@link SwarmMode}. */
    public static final String SWARM = "swarm.v1";

    /** Questions of a plan what taking over a project would do at the site. */
    public static final String COMPARE = "compare.v1";

    /** Questions of an operator for log lines. */
    public static final String LOGS = "logs.v1";

    /** Questions of an operator how the objects of a stack do. */
    public static final String TREE = "tree.v1";

    /** Questions of an operator what is in a namespace. */
    public static final String EXPORT_NAMESPACE = "export-namespace.v1";

    /** Questions of a plan what applying a model to a cluster would change. */
    public static final String PLAN = "plan.v1";

    /** Services whose image is of a named platform. */
    public static final String PLATFORM = "platform.v1";

    /** Mounts of images: {@code volumes} of {@code type: image}. */
    public static final String IMAGE_MOUNTS = "image-mounts.v1";

    /** Services whose image is pulled again when its tag is older than that: {@code pull_policy: daily}. */
    public static final String PULL_AGE = "pull-age.v1";

    /** Services with a {@code deploy.mode} for clusters, on one engine: it is read over there. */
    public static final String DEPLOY_MODE = "deploy-mode.v1";

    /** Services that ask for an owner or a mode of the file of a config whose content stands in the model, see {@link OwnedConfigs}. */
    public static final String OWNED_CONFIGS = "owned-configs.v1";

    /** Entries whose content begins in certain windows of time, see {@link SyncWindows}. */
    public static final String SYNC_WINDOWS = "sync-windows.v1";

    /** What an agent of Docker understands in this version, sorted: the value of {@code understands}. */
    public static final List<String> UNDERSTOOD = List.of(
            ADOPT,
            COMPARE,
            COMPOSE,
            DEPLOY_MODE,
            EXPORT,
            IMAGE_MOUNTS,
            LIFECYCLE_HOOKS,
            LOGS,
            OWNED_CONFIGS,
            PLATFORM,
            PULL_AGE,
            REGISTRY_LOGINS,
            SEALED_SECRETS,
            SITE_VARIABLES,
            START_BEFORE,
            START_FIRST,
            SWARM,
            SYNC_WINDOWS,
            THRESHOLDS,
            TREE);

    /** What an agent of Kubernetes understands in this version, sorted. */
    public static final List<String> UNDERSTOOD_ON_KUBERNETES = List.of(
            ADOPT,
            EXPORT_NAMESPACE,
            HELM_HOOKS,
            KUBERNETES_SECRETS,
            KUBERNETES,
            LOGS,
            PLAN,
            ROLLBACK_HOOKS,
            SEALED_SECRETS,
            SITE_VARIABLES,
            START_BEFORE,
            SYNC_WINDOWS,
            THRESHOLDS,
            TREE);

    private Features() {}

    /** Those of the wanted features that an agent of Docker does not understand in this version, sorted. */
    public static Set<String> missing(Iterable<String> wanted) {
        return missing(wanted, UNDERSTOOD);
    }

    /** Those of the wanted features that are not among the understood ones, sorted. */
    public static Set<String> missing(Iterable<String> wanted, List<String> understood) {
        Set<String> missing = new TreeSet<>();
        wanted.forEach(missing::add);
        understood.forEach(missing::remove);
        return missing;
    }
}
