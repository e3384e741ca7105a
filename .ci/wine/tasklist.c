/* A replacement for Windows' tasklist.exe, only for programs under Wine 8, whose own one prints
   nothing. It supports the one call of the harness, `tasklist /FI "PID eq 4711" /FO CSV /NH`, and prints the
   same as Windows: "program.exe","4711","Console","1","8,908 K" */
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
