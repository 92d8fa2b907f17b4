package io.wherry.hub.cli;

/** What can be done to a stack besides declaring it. */
@picocli.CommandLine.Command(
        name = "stack",
        description = "Plan, sync, roll back, pin, remove and render stacks.",
        subcommands = {
            StackPlanCommand.class,
            StackSyncCommand.class,
            StackHistoryCommand.class,
            StackRollbackCommand.class,
            StackPinCommand.class,
            StackRemoveCommand.class,
            StackRenderCommand.class
        })
final class StackCommand extends GroupCommand {
    static String path(String stack, String verb) {
        return "/stacks/" + HubApi.segment(stack) + "/" + verb;
    }
}
