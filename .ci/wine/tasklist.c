/* A stand-in for Windows' tasklist.exe, for programs under Wine 8 only, whose own prints nothing. It answers the one question that the harness asks,
   `tasklist /FI "PID eq 4711" /FO CSV /NH`, as Windows does: "program.exe","4711","Console","1","8,908 K" */
#include <windows.h>
#include <psapi.h>
#include <stdio.h>
#include <string.h>

int main(int count, char **words)
{
    DWORD id = 0;
    for (int at = 1; at + 1 < count; at++)
        if (strcmp(words[at], "/FI") == 0)
            sscanf(words[at + 1], "PID eq %lu", &id);

    PROCESS_MEMORY_COUNTERS memory = {0};
    HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, id);
    if (process == NULL || !GetProcessMemoryInfo(process, &memory, sizeof memory)) {
        puts("INFO: No tasks are running which match the specified criteria.");
        return 0;
    }
    unsigned long kib = (unsigned long)(memory.WorkingSetSize / 1024);
    printf("\"program.exe\",\"%lu\",\"Console\",\"1\",\"", id);
    if (kib >= 1000000)
        printf("%lu,%03lu,%03lu", kib / 1000000, kib / 1000 % 1000, kib % 1000);
    else if (kib >= 1000)
        printf("%lu,%03lu", kib / 1000, kib % 1000);
    else
        printf("%lu", kib);
    puts(" K\"");
    return 0;
}
