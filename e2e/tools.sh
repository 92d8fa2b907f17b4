# Sourced by scripts in the checkout's root: finds or installs JDK 25 and Maven as ./verify does, if WHERRY_MAVEN and JAVA_HOME do not say where they are.
ROOT=$PWD
WHERRY_HOME=$ROOT/packaging
. "$WHERRY_HOME/lib/build.sh"
require_jdk
export JAVA_HOME
if [ -z "${WHERRY_MAVEN:-}" ]; then
    require_maven
    WHERRY_MAVEN=$MVN
fi
export WHERRY_MAVEN
